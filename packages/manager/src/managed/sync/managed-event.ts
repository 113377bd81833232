import type { Call } from '../call.js';
import { Waiters } from '../waiters.js';
import { waitOf } from '../arguments.js';
import { OperationObject } from '../operation-object.js';

/** A flag to wait for. */
export class ManagedEvent extends OperationObject {
  readonly proxy = 'EventProxy';
  readonly #waiters = new Waiters();
  #isSet = false;

  protected readonly operations = {
    isSet: () => this.#isSet,
    set: () => {
      this.#isSet = true;
      this.#waiters.serve();
    },
    clear: () => {
      this.#isSet = false;
    },
    wait: (call: Call, timeout: unknown) => this.#waiters.succeed(call, waitOf(timeout), () => this.#isSet),
  };
}
