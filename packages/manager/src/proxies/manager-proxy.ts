import {
  checkFunction,
  ClosedError,
  describable,
  DESCRIBE,
  formatHandle,
  notByNew,
  SHARED_OBJECT,
} from '@multiprocess/shared-memory';
import type { Describable, Description, SharedObject } from '@multiprocess/shared-memory';
import { notAwaited } from '@multiprocess/sync';
import type { ManagerClient } from '../client/manager-client.js';
import { HANDLE_FOR } from '../client/handle-for.js';
import { makeObject } from '../client/make-object.js';
import { inSection, sectionOf } from '../client/sections.js';
import type { Target } from '../client/target.js';
import { ENTER, LEAVE } from '../methods/exclusive-methods.js';
import { formatObjectAddress } from '../wire/object-address.js';

/**
 * The methods of every proxy.
 *
 * @example
 * ```ts source="../manager.examples.ts#objects"
 * const names = manager.list(['Ann']);
 * await names.push('Bob'); // every method awaits; pushSync() blocks
 * names.sync[0] = 'Eve'; // `sync` is the list as if it were here
 * console.log(await names.snapshot()); // [ 'Eve', 'Bob' ]
 *
 * const lock = manager.lock();
 * await lock.run(() => names.sort()); // the lock comes back if this client ends
 * ```
 */
export abstract class ManagerProxy implements SharedObject, Describable {
  readonly #client: ManagerClient;
  readonly #object: number;
  #closed = false;
  #outer: object = this;

  /** @internal */
  constructor(target: Target | undefined) {
    const { client, object } = target ?? {};
    if (client === undefined || object === undefined)
      throw notByNew('A proxy', 'ask a Manager for one, as by manager.dict(), or take it from its handle by attach()');
    this.#client = client;
    this.#object = object;
  }

  static {
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
    describable<ManagerProxy>(this.prototype, (one) => one.kind);
  }

  /** @internal The object that users have: this one, or a JavaScript proxy around it. A property of its own would be a cycle in JSON. */
  get outer(): object {
    return this.#outer;
  }

  set outer(outer: object) {
    this.#outer = outer;
  }

  /** What it is called in handles: the name of its class. */
  protected abstract readonly kind: string;

  /**
   * A string that stands for the object, which is in the manager when this returns: any program that gets the string can
   * attach at once. Taking it keeps the object until the proxy is closed, or a minute after the end of the thread, since
   * another program may be about to attach.
   *
   * @throws {@link TimeoutError} if the manager did not read earlier requests for ten seconds.
   */
  get handle(): string {
    const handle = this.#formatHandle();
    this.#client.handOver(this.#object, this.outer);
    return handle;
  }

  /** @internal */
  [HANDLE_FOR](client: object): string | undefined {
    return client === this.#client ? this.#formatHandle() : undefined;
  }

  /**
   * Runs `fn` with exclusive use of the object: calls of all others wait, and so do other sections; calls from inside `fn` go
   * through. It ends when the promise that `fn` returns has settled, at the latest with this thread.
   *
   * Waits for its turn, first come, first served, and without a limit on the time.
   *
   * @throws {@link ManagerClosedError} if the manager is gone, or goes meanwhile.
   */
  async withLock<R>(fn: () => R | PromiseLike<R>): Promise<R> {
    checkFunction('fn', fn);
    if (sectionOf(this.#client, this.#object) !== 0) return fn();
    return inSection(this.#client, this.#object, async () => {
      await this.call(ENTER, []);
      try {
        return await fn();
      } finally {
        await this.call(LEAVE, []);
      }
    });
  }

  /** Like {@link withLock}, but blocks the thread. @throws {@link TypeError} if `fn` is async. It has been called by then. */
  withLockSync<R>(fn: () => R): R {
    checkFunction('fn', fn);
    const run = (): R => notAwaited(fn(), 'withLockSync()', 'withLock()');
    if (sectionOf(this.#client, this.#object) !== 0) return run();
    return inSection(this.#client, this.#object, () => {
      this.callSync(ENTER, []);
      try {
        return run();
      } finally {
        this.callSync(LEAVE, []);
      }
    });
  }

  /** Closes the object in this thread. Idempotent; it lives as long as others have it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#client.proxies.remove(this.#object, this.outer);
  }

  /** Like {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Of the object in the server only its number: more would need a call. */
  [DESCRIBE](): Description {
    return this.#closed ? { closed: true } : { object: this.#object, address: this.#client.address };
  }

  /** @internal */
  call(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#closedError());
    return this.#client.call(this.#object, method, args, signal);
  }

  /** @internal */
  callSync(method: string, args: readonly unknown[]): unknown {
    this.#checkOpen();
    return this.#client.callSync(this.#object, method, args);
  }

  /** Asks the server to create an object from this one and `args`. @internal */
  protected make<P extends object>(type: string, args: readonly unknown[], proxyOf: (target: Target) => P): P {
    this.#checkOpen();
    return makeObject(this.#client, type, [this, ...args], proxyOf);
  }

  #formatHandle(): string {
    this.#checkOpen();
    const { server, address } = this.#client;
    return formatHandle(`manager.${this.kind}`, formatObjectAddress({ server, object: this.#object, address }));
  }

  #checkOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): ClosedError {
    return new ClosedError(`This ${this.kind} has been closed here`);
  }
}
