import { CallResult, cancelledError } from '@multiprocess/pool';
import { notByNew } from '@multiprocess/shared-memory';
import type { ResultOptions } from '@multiprocess/pool';
import type { PoolCore } from '../caller/pool-core.js';
import type { Ending, RemoteTask } from '../caller/remote-task.js';

/**
 * The result of a call that runs on another host: an `AsyncResult` without the forms that block. It can be awaited like a promise. Unlike
 * with a promise, an error that is never read is not reported.
 */
export class DistributedResult<T> extends CallResult<T> {
  readonly #core: PoolCore;
  readonly #tasks: readonly RemoteTask[];

  /** @internal */
  constructor(core: PoolCore, options: ResultOptions<T>, submit: (ending: Ending) => readonly RemoteTask[]) {
    super();
    if (typeof submit !== 'function')
      throw notByNew(
        'A DistributedResult',
        'applyAsync(), mapAsync() and starmapAsync() of a DistributedPool give one',
      );
    this.#core = core;
    this.#tasks = submit(this.ending(options) as Ending);
  }

  /**
   * Cancels the call if no agent has begun it; it then rejects with an `AbortError`.
   *
   * @returns false if it has begun or ended; of a map, the chunks that had not begun are not run all the same
   * @throws what says that the server is away
   */
  async cancel(): Promise<boolean> {
    return this.#core.cancel(this.#tasks, cancelledError);
  }
}
