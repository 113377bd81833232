import { types } from 'node:util';
import type { AsyncHook } from 'node:async_hooks';
import { origin } from './origin.js';
import { threadTable } from './thread-table.js';

// A child imports modules of the program: that of its target before it begins, others when a task, a class or an object
// arrives that is in one. Whatever such a module starts at its top, every child that imports it would start as well, and
// so on without end. So all imports of this toolkit go through here, and what starts something asks `isImporting()`.
//
// That is not a flag. While a module waits at its top (`await`), other parts of the program run and may start what they
// like; and a function that a module calls at its top and does not await (`void main()`) goes on when the import has ended,
// and is still what every child would do. So what counts is where code comes from: it is part of an import if it runs in
// an asynchronous context that began in it. AsyncLocalStorage would tell that, and makes every `await` of the child some
// five times slower on Node 20 and 22, for ever. Here the contexts are noted by number, and only as long as there are any:
// a module that leaves nothing pending costs nothing once it is there. One with top-level await leaves a promise of V8's
// that ends with the next garbage collection.
//
// Nothing is noted in a main process: what it imports it starts once.

/** What copies of this package share; see {@link threadTable}. */
interface Imports {
  run<T>(load: () => T): T;
  readonly isRunning: boolean;
}

class TrackedImports implements Imports {
  /** The contexts that are part of an import, with what they are. */
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
      // A promise's context is over when what waits for another has run, or when it is settled by others.
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

/** Loaded here: a main process never needs it. */
function hooks() {
  return process.getBuiltinModule('node:async_hooks');
}

const imports = threadTable<Imports>(
  '@multiprocess/importing 1',
  () => new TrackedImports(),
  (found) => 'run' in found && typeof found.run === 'function' && 'isRunning' in found,
);

/** Runs `load`, which imports modules of the program, in a context of which {@link isImporting} is true. */
export function whileImporting<T>(load: () => T): T {
  return origin() === 'program' ? load() : imports.run(load);
}

/** Whether the caller is part of a module that this toolkit imports, or of what such a module has begun. */
export function isImporting(): boolean {
  return imports.isRunning;
}
