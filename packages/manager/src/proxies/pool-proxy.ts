import { checkApply, checkImap, checkMap, TASK_OPTIONS } from '@multiprocess/pool';
import type { ApplyOptions, CloseOptions, ImapOptions, MapOptions, PoolStats } from '@multiprocess/pool';
import { checkBlockingTimeout, checkIterable, checkSignal, checkTimeout } from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { registerProxy } from './attach-proxy.js';
import { defineForms, defineWaitingForms, wireTimeout } from './forms.js';
import type { Forms } from './forms.js';
import { IteratorProxy } from './iterator-proxy.js';
import { ManagerProxy } from './manager-proxy.js';
import { methodView } from './method-view.js';
import type { MethodView } from './method-view.js';
import { PoolResultProxy } from './pool-result-proxy.js';

/** Methods of a pool that do not wait for its workers. */
export interface PoolMethods {
  /** How many workers it has. */
  size(): number;
  /** Counts of its workers and tasks, without durations. */
  stats(): Omit<PoolStats, 'wait' | 'run'>;
  /** Takes no more tasks; workers end when the submitted ones are done. The `close()` of a pool of this process. */
  shutdown(options?: CloseOptions): void;
  /** Rejects everything that has not finished, and ends the workers. */
  terminate(): void;
}

/** The options of a call, but for what is called back. */
export type PoolApplyOptions = Omit<ApplyOptions, 'onProgress'>;

/** The options of a map, but for what is called back. */
export type PoolMapOptions = Omit<MapOptions, 'onProgress'>;

/** The options of an imap. Its iterator ends it: no signal is needed. */
export type PoolImapOptions = Omit<ImapOptions, 'signal'>;

/** What {@link PoolProxy.sync} has. */
interface PoolView extends PoolMethods {
  apply<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    args?: readonly [...A],
    options?: PoolApplyOptions,
  ): Awaited<R>;
  map<T, R>(fn: (input: T) => R, inputs: Iterable<T>, options?: PoolMapOptions): Awaited<R>[];
  starmap<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    inputs: Iterable<readonly [...A]>,
    options?: PoolMapOptions,
  ): Awaited<R>[];
  join(options?: BlockOptions): boolean;
}

class Implementation extends ManagerProxy {
  protected readonly kind = 'PoolProxy';

  /** The methods that give results, which block the thread. */
  get sync(): MethodView<PoolView> {
    return methodView<PoolView>(this);
  }

  /** Calls the function in a worker. What {@link Pool.apply} says holds here. The task ends with this thread. */
  async apply<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    args?: readonly [...A],
    options?: PoolApplyOptions,
  ): Promise<Awaited<R>> {
    return (await this.call('apply', applyArguments(fn, args, options), checkSignal(options))) as Awaited<R>;
  }

  /** Like {@link apply}, but blocks the thread, and with it the event loop. */
  applySync<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    args?: readonly [...A],
    options?: Omit<PoolApplyOptions, 'signal'>,
  ): Awaited<R> {
    checkBlockingTimeout(options, TASK_OPTIONS);
    return this.callSync('apply', applyArguments(fn, args, options)) as Awaited<R>;
  }

  /** Calls the function for each input; all of these are read before this returns. What {@link Pool.map} says holds here. */
  async map<T, R>(fn: (input: T) => R, inputs: Iterable<T>, options?: PoolMapOptions): Promise<Awaited<R>[]> {
    return (await this.call('map', mapArguments(fn, inputs, options), checkSignal(options))) as Awaited<R>[];
  }

  /** Like {@link map}, but blocks the thread, and with it the event loop. */
  mapSync<T, R>(fn: (input: T) => R, inputs: Iterable<T>, options?: Omit<PoolMapOptions, 'signal'>): Awaited<R>[] {
    checkBlockingTimeout(options, TASK_OPTIONS);
    return this.callSync('map', mapArguments(fn, inputs, options)) as Awaited<R>[];
  }

  /** Like {@link map}, but each input is an array of arguments. */
  async starmap<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    inputs: Iterable<readonly [...A]>,
    options?: PoolMapOptions,
  ): Promise<Awaited<R>[]> {
    return (await this.call('starmap', mapArguments(fn, inputs, options), checkSignal(options))) as Awaited<R>[];
  }

  /** Like {@link starmap}, but blocks the thread, and with it the event loop. */
  starmapSync<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    inputs: Iterable<readonly [...A]>,
    options?: Omit<PoolMapOptions, 'signal'>,
  ): Awaited<R>[] {
    checkBlockingTimeout(options, TASK_OPTIONS);
    return this.callSync('starmap', mapArguments(fn, inputs, options)) as Awaited<R>[];
  }

  /** Like {@link apply}, with a result that any client may ask for, and that outlives this thread. */
  applyAsync<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    args?: readonly [...A],
    options?: Omit<PoolApplyOptions, 'signal'>,
  ): PoolResultProxy<Awaited<R>> {
    return this.#later(['apply', ...applyArguments(fn, args, withoutSignal(options))]);
  }

  /** Like {@link map}, with a result as {@link applyAsync} gives it. */
  mapAsync<T, R>(
    fn: (input: T) => R,
    inputs: Iterable<T>,
    options?: Omit<PoolMapOptions, 'signal'>,
  ): PoolResultProxy<Awaited<R>[]> {
    return this.#later(['map', ...mapArguments(fn, inputs, withoutSignal(options))]);
  }

  /** Like {@link starmap}, with a result as {@link applyAsync} gives it. */
  starmapAsync<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    inputs: Iterable<readonly [...A]>,
    options?: Omit<PoolMapOptions, 'signal'>,
  ): PoolResultProxy<Awaited<R>[]> {
    return this.#later(['starmap', ...mapArguments(fn, inputs, withoutSignal(options))]);
  }

  /** The results one by one, in the order of the inputs, all of which are read before this returns. Each step is a call. */
  imap<T, R>(fn: (input: T) => R, inputs: Iterable<T>, options: PoolImapOptions = {}): IteratorProxy<Awaited<R>> {
    return this.#steps(['ordered', ...imapArguments(fn, inputs, options)]);
  }

  /** Like {@link imap}, in the order in which they are done. */
  imapUnordered<T, R>(
    fn: (input: T) => R,
    inputs: Iterable<T>,
    options: PoolImapOptions = {},
  ): IteratorProxy<Awaited<R>> {
    return this.#steps(['unordered', ...imapArguments(fn, inputs, options)]);
  }

  /** Shuts it down for all clients, waits until what was submitted is done, and closes the proxy. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.call('shutdown', []);
    await this.call('join', [null]);
    this.close();
  }

  #later<T>(args: readonly unknown[]): PoolResultProxy<T> {
    return this.make('.poolResult', args, (target) => new PoolResultProxy(target) as unknown as PoolResultProxy<T>);
  }

  #steps<T>(args: readonly unknown[]): IteratorProxy<T> {
    return this.make('.poolIterator', args, (target) => new IteratorProxy<T>(target));
  }
}

/**
 * A pool in a manager: its workers are children of the manager's process, and all clients with a proxy share them.
 *
 * Its calls are those of a pool of this process, except that `close()` closes the proxy only: `shutdown()` closes the pool. A pool
 * without proxies is shut down when the server collects garbage.
 *
 * @example
 * ```ts source="../manager.examples.ts#pool"
 * await using pool = manager.pool({ processes: 2 }); // workers of the manager, for all its clients
 * console.log(await pool.map((n: number) => n * n, [1, 2, 3])); // [ 1, 4, 9 ]
 *
 * const result = pool.applyAsync((n: number) => n + 1, [41]);
 * await manager.dict<string, typeof result>().set('answer', result); // any client that reads it may ask
 * console.log(await result.get()); // 42
 * ```
 */
export type PoolProxy = Implementation &
  Forms<PoolMethods> & {
    /**
     * Waits until all workers have ended.
     *
     * @returns false after a timeout
     * @throws {@link TypeError} if it has been neither shut down nor terminated.
     * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
     */
    join(options?: WaitOptions): Promise<boolean>;
    /** Like `join`, but blocks the thread, and with it the event loop. */
    joinSync(options?: BlockOptions): boolean;
  };

defineForms(Implementation.prototype, ['size', 'stats', 'shutdown', 'terminate'] satisfies (keyof PoolMethods)[]);
defineWaitingForms(Implementation.prototype, { join: 0 });

/** Pools in managers; made by {@link Manager.pool}. */
export const PoolProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('PoolProxy', Implementation) as unknown as (handle: string) => PoolProxy,
});

/** A later result outlives this thread, and so its signals. @throws {@link TypeError} if there is one. */
function withoutSignal<T extends object>(options: T | undefined): T | undefined {
  if ((options as WaitOptions | undefined)?.signal === undefined) return options;
  throw new TypeError('signal cannot end a call whose result is asked for later: use cancel() of the result');
}

function applyArguments(
  fn: unknown,
  args: readonly unknown[] = [],
  options: PoolApplyOptions = {},
): readonly unknown[] {
  checkApply(fn, args, options);
  return [fn, args, termsOf(options)];
}

function termsOf(options: PoolMapOptions): object {
  return { timeout: wireTimeout(checkTimeout(options, TASK_OPTIONS)), priority: options.priority };
}

function mapArguments(fn: unknown, inputs: Iterable<unknown>, options: PoolMapOptions = {}): readonly unknown[] {
  checkMap(fn, inputs, options);
  return [fn, [...inputs], { ...termsOf(options), chunksize: options.chunksize }];
}

function imapArguments(fn: unknown, inputs: Iterable<unknown>, options: PoolImapOptions): readonly unknown[] {
  checkImap(fn, inputs, options);
  checkIterable('inputs', inputs); // that of a pool here may be asynchronous
  return [fn, [...inputs], { ...termsOf(options), chunksize: options.chunksize, window: options.window }];
}
