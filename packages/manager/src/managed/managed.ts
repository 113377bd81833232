import { SHARED_OBJECT, shownName } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';
import type { Call } from './call.js';
import { ExclusiveAccess } from './exclusive-access.js';

/**
 * An object that lives in the server, and to which clients have proxies.
 *
 * Inside the server it is an ordinary object: a list in a dict is the list itself. Wherever it is sent, a proxy arrives.
 */
export abstract class Managed implements SharedObject {
  /** The class of its proxies: `ListProxy`. */
  abstract readonly proxy: string;
  /** Gives one client exclusive use of it for a while. */
  readonly access = new ExclusiveAccess();
  #handleOf: ((object: Managed) => string) | undefined;

  static {
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
  }

  /** Calls one of its methods on behalf of a client. @throws {@link TypeError} if there is no such method. */
  abstract invoke(method: string, args: readonly unknown[], call: Call): unknown;

  /** The string by which a proxy attaches. It does not keep the object; a lease does. */
  get handle(): string {
    if (this.#handleOf === undefined) throw new TypeError('This object belongs to no server');
    return this.#handleOf(this);
  }

  /** Called by the table that the object is in, which makes the handles of its objects. */
  adopt(handleOf: (object: Managed) => string): void {
    this.#handleOf = handleOf;
  }

  close(): void {}

  [Symbol.dispose](): void {}
}

/** What a call throws for a method that the object does not have, or does not expose. */
export function noSuchMethod(proxy: string, method: string): TypeError {
  return new TypeError(`${proxy} has no method ${shownName(method)}`);
}
