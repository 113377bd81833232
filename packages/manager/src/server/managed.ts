import { SHARED_OBJECT, shownName } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';
import type { Call } from './call.js';
import { ExclusiveAccess } from './exclusive-access.js';
import type { Objects } from './objects.js';

/**
 * An object that lives in the server, and whose clients have proxies to it.
 *
 * In the server it is an ordinary object that others may hold: a list in a dict is the list itself. Wherever it is sent
 * to, a proxy arrives.
 */
export abstract class Managed implements SharedObject {
  /** What proxies to it are called: `ListProxy`. */
  abstract readonly proxy: string;
  /** Lets one client have it to itself for a while. */
  readonly gate = new ExclusiveAccess();
  #objects: Objects | undefined;

  static {
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
  }

  /** Calls one of its methods on behalf of a client. @throws {TypeError} If there is no such method. */
  abstract invoke(method: string, args: readonly unknown[], call: Call): unknown;

  /** What a proxy attaches by. Whoever is being sent something becomes one who holds the object. */
  get handle(): string {
    if (this.#objects === undefined) throw new TypeError('This object belongs to no server');
    return this.#objects.grant(this);
  }

  /** Called once, by the table that it is in. */
  adopt(objects: Objects): void {
    this.#objects = objects;
  }

  close(): void {}

  [Symbol.dispose](): void {}
}

/** What a call of a method throws that the object does not have, or does not expose. */
export function noSuchMethod(proxy: string, method: string): TypeError {
  return new TypeError(`${proxy} has no method ${shownName(method)}`);
}
