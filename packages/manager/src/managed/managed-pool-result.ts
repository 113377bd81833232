import { TimeoutError, within } from '@multiprocess/shared-memory';
import type { AsyncResult } from '@multiprocess/pool';
import type { Call } from './call.js';
import { afterWait, Waiters } from './waiters.js';
import { waitOf } from './arguments.js';
import { OperationObject } from './operation-object.js';

/** The result of a task or a map that a client asks for later. */
export class ManagedPoolResult extends OperationObject {
  readonly proxy = 'PoolResultProxy';
  readonly #result: AsyncResult<unknown>;
  readonly #waiters = new Waiters();

  constructor(result: AsyncResult<unknown>) {
    super();
    this.#result = result;
    const serve = (): void => {
      this.#waiters.serve();
    };
    result.then(serve, serve);
  }

  protected readonly operations = {
    get: (call: Call, timeout: unknown) =>
      afterWait(
        this.#waiters.wait(call, waitOf(timeout), () => this.#result.ready || undefined),
        (ended) => {
          if (ended === true) return this.#result.get();
          throw new TimeoutError(`The result was not there${within(Number(timeout))}`);
        },
      ),
    wait: (call: Call, timeout: unknown) => this.#waiters.succeed(call, waitOf(timeout), () => this.#result.ready),
    ready: () => this.#result.ready,
    successful: () => this.#result.successful,
    cancel: () => this.#result.cancel(),
  };
}
