import { clock } from '@multiprocess/shared-memory';

/** What the table knows of a proxy. */
interface Entry<P extends WeakKey> {
  readonly proxy: WeakRef<P>;
  /** How many leases the server has given this client for it. */
  leases: number;
}

/** Most messages bring no objects. Never added to. */
const NONE = new Set<number>();

/** A proxy as the table sees it. */
type AnyProxy = object;

/**
 * The proxies of one client: one for each object, as long as this thread uses it. One that is collected, or closed,
 * gives its leases back.
 */
export class ProxyTable {
  readonly #entries = new Map<number, Entry<AnyProxy>>();
  /** Proxies whose handle was sent elsewhere: the receiver may not have attached yet. */
  readonly #pinned = new Set<AnyProxy>();
  readonly #release: (pairs: readonly number[]) => void;
  /** The objects in the message that is being decoded, as far as they are decoded: a lease for each. */
  #received: Set<number> | undefined;
  #givenBack: number[] = [];
  readonly #collected = new FinalizationRegistry<readonly [number, Entry<AnyProxy>]>(([object, entry]) => {
    if (this.#entries.get(object) === entry) this.#forget(object, entry);
  });

  constructor(release: (pairs: readonly number[]) => void) {
    this.#release = release;
  }

  /** Enters a proxy for an object that this client has just had made: the server has given a lease for it. */
  add(object: number, proxy: AnyProxy, leases = 1): void {
    const entry = { proxy: new WeakRef(proxy), leases };
    const before = this.#entries.get(object);
    if (before !== undefined) this.#forget(object, before);
    this.#entries.set(object, entry);
    this.#collected.register(proxy, [object, entry], entry);
  }

  /** The proxy for an object. If there is none: `make` one, and `lease` it unless the server has. */
  find<P extends AnyProxy>(object: number, make: () => P, lease: () => void): P {
    const granted = this.#received !== undefined && !this.#received.has(object);
    if (this.#received === NONE) this.#received = new Set();
    this.#received?.add(object);
    const entry = this.#entries.get(object);
    const known = entry?.proxy.deref() as P | undefined;
    if (entry !== undefined && known !== undefined) {
      if (granted) entry.leases++;
      return known;
    }
    const proxy = make();
    if (!granted) lease();
    this.add(object, proxy);
    return proxy;
  }

  /** Runs `decode`, whose objects the server has given leases for. */
  receiving<R>(decode: () => R): R {
    const before = this.#received;
    this.#received = NONE;
    try {
      return decode();
    } finally {
      this.#received = before;
    }
  }

  /** Keeps the proxy until it is closed. Returns whether it was not kept before. */
  pin(proxy: AnyProxy): boolean {
    const isNew = !this.#pinned.has(proxy);
    this.#pinned.add(proxy);
    return isNew;
  }

  /** The proxy has been closed. */
  remove(object: number, proxy: AnyProxy): void {
    this.#pinned.delete(proxy);
    const entry = this.#entries.get(object);
    if (entry?.proxy.deref() !== proxy) return;
    this.#collected.unregister(entry);
    this.#forget(object, entry);
  }

  #forget(object: number, entry: Entry<AnyProxy>): void {
    this.#entries.delete(object);
    if (this.#givenBack.push(object, entry.leases) > 2) return;
    clock.queueMicrotask(() => {
      const pairs = this.#givenBack;
      this.#givenBack = [];
      this.#release(pairs);
    });
  }
}
