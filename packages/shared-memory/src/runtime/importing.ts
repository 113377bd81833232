import { types } from 'node:util';
import type { AsyncHook } from 'node:async_hooks';
import { hostName } from '../base/host.js';
import { origin } from './origin.js';
import { threadTable } from './thread-table.js';

// A child imports modules of the program: the module of its target before it begins, others when it receives a task, a class
// or an object from one. If such a module starts a child at its top level, every child that imports it would start one as
// well, without end. So all imports of this toolkit go through here, and every start checks `isImporting()`.
//
// A flag is not enough. While a module awaits at its top level, other parts of the program run and may start children; and a
// function that a module calls without `await` (`void main()`) goes on after the import, and every child would run it. So
// code is part of an import if it runs in an asynchronous context that began in it. AsyncLocalStorage could tell that, but
// makes every `await` of the child about five times slower on Node 20 and 22. Here the ids of these contexts are kept, and
// only as long as there are any: a module that leaves nothing pending costs nothing after its import. One with top-level
// await leaves a promise of V8 that ends with the next garbage collection.
//
// Other runtimes than Node do not tell which context comes of which. There, all that runs while a module is being imported
// counts as part of it, and what the module leaves pending, by AsyncLocalStorage.
//
// A main process tracks nothing: it runs each module once.

/** Shared by all copies of this package; see {@link threadTable}. */
interface Imports {
  run<T>(load: () => T): T;
  readonly isRunning: boolean;
}

class TrackedImports implements Imports {
  /** The ids and types of the contexts that are part of an import. */
  readonly #contexts = new Map<number, string>();
  #hook: AsyncHook | undefined;

  get isRunning(): boolean {
    return this.#contexts.size > 0 && this.#contexts.has(hooks().executionAsyncId());
  }

  run<T>(load: () => T): T {
    this.#hook ??= this.#newHook();
    this.#hook.enable();
    const context = new (hooks().AsyncResource)('MultiprocessImport');
    const id = context.asyncId();
    const end = (): void => this.#forget(id);
    this.#contexts.set(id, 'import');
    let loaded: T;
    try {
      loaded = context.runInAsyncScope(load);
    } catch (error) {
      end();
      throw error;
    }
    if (types.isPromise(loaded)) loaded.then(end, end);
    else end();
    return loaded;
  }

  #newHook(): AsyncHook {
    return hooks().createHook({
      init: (id, type) => {
        if (this.isRunning) this.#contexts.set(id, type);
      },
      // The context of a promise ends when its callback has run, or when other code settles it.
      after: (id) => {
        if (this.#contexts.get(id) === 'PROMISE') this.#forget(id);
      },
      promiseResolve: (id) => {
        if (this.#contexts.has(id) && hooks().executionAsyncId() !== id) this.#forget(id);
      },
      destroy: (id) => this.#forget(id),
    });
  }

  #forget(id: number): void {
    if (this.#contexts.delete(id) && this.#contexts.size === 0) this.#hook?.disable();
  }
}

/** For runtimes that have no hooks of promises. */
class FramedImports implements Imports {
  readonly #frames = new (hooks().AsyncLocalStorage)<true>();
  #pending = 0;

  get isRunning(): boolean {
    return this.#pending > 0 || this.#frames.getStore() === true;
  }

  run<T>(load: () => T): T {
    const end = (): void => {
      this.#pending--;
    };
    this.#pending++;
    let loaded: T;
    try {
      loaded = this.#frames.run(true, load);
    } catch (error) {
      end();
      throw error;
    }
    if (types.isPromise(loaded)) loaded.then(end, end);
    else end();
    return loaded;
  }
}

/** Loaded when needed: a main process never needs it. */
function hooks() {
  return process.getBuiltinModule('node:async_hooks');
}

const imports = threadTable<Imports>(
  '@multiprocess/importing 1',
  () => (hostName === 'Node' ? new TrackedImports() : new FramedImports()),
  (found) => 'run' in found && typeof found.run === 'function' && 'isRunning' in found,
);

/** Runs `load`, which imports modules of the program, in a context where `isImporting` is true. */
export function whileImporting<T>(load: () => T): T {
  return origin() === 'program' ? load() : imports.run(load);
}

/** Whether the caller is part of a module that this toolkit imports, or was started by one. */
export function isImporting(): boolean {
  return imports.isRunning;
}
