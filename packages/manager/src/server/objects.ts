import { types } from 'node:util';
import type { HandleOf } from '@multiprocess/serialization';
import { formatHandle, HandleError, LongTimer } from '@multiprocess/shared-memory';
import { Managed } from '../managed/managed.js';
import { formatObjectAddress } from '../wire/object-address.js';
import { makerOf, objectNumber } from '../wire/object-number.js';
import type { LeaseHolder } from './lease-holder.js';

/**
 * How long an object is kept for the receiver of its handle after the client that gave the handle away has ended. New
 * processes and receivers of messages attach much sooner. A handle in a file does not keep an object.
 */
const HANDED_OVER_MS = 60_000;
/** How long calls wait for an object whose handle was faster than the request that makes it. */
const ON_ITS_WAY_MS = 10_000;

/** The message refers to an object that is still being made, or is on its way here. Never leaves the server. */
export class NotMadeYet extends HandleError {
  readonly object: number;

  constructor(object: number) {
    super(`Object ${object} has not been made yet`);
    this.object = object;
  }
}

/** An object under its number, or the error that making it threw. */
interface Entry {
  object: Managed | undefined;
  failure: { readonly error: unknown } | undefined;
  /** How many leases all clients have. */
  leases: number;
  /** What to do when it has been made, in order; there only until then. */
  waiting: (() => void)[] | undefined;
  /** There only until the request that makes it has come. */
  onItsWay: LongTimer | undefined;
  /** There only while a lease without a client keeps it for a receiver. */
  kept: { readonly end: () => void; readonly timer: LongTimer } | undefined;
}

/**
 * The objects that clients know.
 *
 * An object is in here as long as a client has a lease on it, that is, a proxy. Other objects in the server, such as a dict
 * it is in, hold it by an ordinary reference: references between objects are not counted, so cycles do not leak. An object
 * that comes out of a dict again is entered again, under its old number.
 *
 * A client numbers its objects upwards, and posts the request that makes one before the handle leaves the client. Over two
 * sockets the handle may still be faster: calls then wait for the object, as long as the client that makes it is connected.
 */
export class Objects {
  /** Name of the server in handles. */
  readonly server: string;
  readonly #entries = new Map<number, Entry>();
  readonly #numbers = new WeakMap<Managed, number>();
  readonly #sessions = new Map<number, LeaseHolder>();
  /** Objects that other clients have asked for before the request that makes them has come. */
  readonly #onItsWay = new Map<number, Entry>();
  #last = 0;

  constructor(server: string) {
    this.server = server;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A client has come. Returns a number that is lower than that of each object it will make. */
  begin(session: LeaseHolder): number {
    this.#sessions.set(session.number, session);
    return objectNumber(session.number, 0);
  }

  /** The client is gone: it makes no more objects, and its leases end. */
  end(session: LeaseHolder): void {
    this.#sessions.delete(session.number);
    for (const number of this.#onItsWay.keys()) if (makerOf(number) === session.number) this.#giveUp(number);
    for (const [number, leases] of session.leases) {
      if (session.exports.has(number)) this.#keepForReceiver(number, leases);
      this.release(number, leases, session);
    }
  }

  /** The client is giving the object's handle away. */
  export(number: number, session: LeaseHolder): void {
    if (session.leases.has(number)) session.exports.add(number);
  }

  /**
   * Makes an object under a number that the client has chosen. Calls that come earlier wait for it.
   *
   * @param make may be asynchronous; what it throws, every call of the object throws
   */
  create(number: number, session: LeaseHolder, make: () => Managed | Promise<Managed>): void {
    const awaited = this.#onItsWay.get(number);
    if (awaited === undefined && this.#entries.has(number)) return;
    const entry = awaited ?? newEntry();
    entry.onItsWay?.cancel();
    entry.onItsWay = undefined;
    this.#onItsWay.delete(number);
    this.#entries.set(number, entry);
    if (makerOf(number) === session.number) session.lastMade = Math.max(session.lastMade, number);
    this.lease(number, session);
    try {
      const made = make();
      if (types.isPromise(made)) {
        entry.waiting ??= [];
        void this.#await(entry, number, made);
        return;
      }
      this.#enter(entry, number, made);
    } catch (error) {
      entry.failure = { error };
    }
    goOn(entry);
  }

  /** Calls `use` with the object once it has been made, or `fail` with the error if there is no object of that number. */
  use(number: number, use: (object: Managed) => void, fail: (error: unknown) => void): void {
    const entry = this.#find(number);
    if (entry === undefined) {
      fail(new HandleError(`The manager has no object ${number}: it is gone, since no client held it`));
    } else if (entry.object !== undefined) {
      use(entry.object);
    } else if (entry.failure !== undefined) {
      fail(entry.failure.error);
    } else {
      entry.waiting?.push(() => {
        this.use(number, use, fail);
      });
    }
  }

  /**
   * The object itself, for a handle that has come home.
   *
   * @throws {@link NotMadeYet} if it is not there yet: see {@link whenMade}.
   * @throws {@link HandleError} if it is gone. @throws what making it has thrown
   */
  find(number: number): Managed {
    const entry = this.#find(number);
    if (entry?.object !== undefined) return entry.object;
    if (entry?.waiting !== undefined) throw new NotMadeYet(number);
    if (entry?.failure !== undefined) throw entry.failure.error;
    throw new HandleError(`The manager has no object ${number}, or no longer`);
  }

  /** Calls back when the object has been made, or will not be. */
  whenMade(number: number, then: () => void): void {
    const waiting = this.#find(number)?.waiting;
    if (waiting === undefined) then();
    else waiting.push(then);
  }

  /** The client has one more proxy. */
  lease(number: number, session: LeaseHolder): void {
    const entry = this.#find(number);
    if (entry === undefined) return; // its calls say that it is gone
    if (session.hasEnded) return;
    entry.leases++;
    session.leases.set(number, (session.leases.get(number) ?? 0) + 1);
    entry.kept?.timer.cancel();
    entry.kept?.end();
  }

  /** The client has fewer proxies. */
  release(number: number, leases: number, session: LeaseHolder): void {
    const had = session.leases.get(number) ?? 0;
    const given = Math.min(had, leases);
    if (had === given) session.leases.delete(number);
    else session.leases.set(number, had - given);
    const entry = this.#entries.get(number) ?? this.#onItsWay.get(number);
    if (entry === undefined || given <= 0) return;
    entry.leases -= given;
    if (entry.leases <= 0) this.#entries.delete(number);
  }

  /** Adds a lease without a client until the first receiver attaches. Not needed if another client has a lease. */
  #keepForReceiver(number: number, leases: number): void {
    const entry = this.#entries.get(number);
    if (entry === undefined || entry.leases > leases) return;
    entry.leases++;
    const end = (): void => {
      entry.kept = undefined;
      if (--entry.leases <= 0 && this.#entries.get(number) === entry) this.#entries.delete(number);
    };
    entry.kept = { end, timer: new LongTimer(HANDED_OVER_MS, end).unref() };
  }

  /** The entry of that number; a new one if the object is on its way. */
  #find(number: number): Entry | undefined {
    const known = this.#entries.get(number) ?? this.#onItsWay.get(number);
    if (known !== undefined) return known;
    const maker = this.#sessions.get(makerOf(number));
    if (maker === undefined || maker.hasEnded || number <= maker.lastMade) return undefined;
    const entry = newEntry();
    entry.waiting = [];
    entry.onItsWay = new LongTimer(ON_ITS_WAY_MS, () => {
      this.#giveUp(number);
    }).unref();
    this.#onItsWay.set(number, entry);
    return entry;
  }

  /** The object will not come. */
  #giveUp(number: number): void {
    const entry = this.#onItsWay.get(number);
    if (entry === undefined) return;
    this.#onItsWay.delete(number);
    entry.onItsWay?.cancel();
    const error = new HandleError(`The manager has no object ${number}: its client has not made it`);
    entry.failure = { error };
    goOn(entry);
  }

  /**
   * Runs `encode`, with a function for the handles of objects in the message, and gives the client one lease on each of these
   * objects, however often it is in there.
   *
   * @returns what `encode` returned, and the numbers of these objects
   */
  lend<R>(
    session: LeaseHolder,
    encode: (handleOf: HandleOf) => R,
  ): { readonly encoded: R; readonly lent: ReadonlySet<number> } {
    const lent = new Set<number>();
    try {
      const encoded = encode((object) => (object instanceof Managed ? this.#addTo(lent, object) : undefined));
      for (const number of lent) this.lease(number, session);
      return { encoded, lent };
    } finally {
      // If the message could not be encoded, what was entered for it has no holder.
      for (const number of lent) if (this.#entries.get(number)?.leases === 0) this.#entries.delete(number);
    }
  }

  /** Enters an object that no client had. Returns its handle. */
  #addTo(lent: Set<number>, object: Managed): string {
    const number = this.#numberOf(object);
    lent.add(number);
    if (!this.#entries.has(number)) this.#entries.set(number, { ...newEntry(), object });
    return object.handle;
  }

  readonly #handleOf = (object: Managed): string =>
    formatHandle(
      `manager.${object.proxy}`,
      formatObjectAddress({ server: this.server, object: this.#numberOf(object), address: undefined }),
    );

  #numberOf(object: Managed): number {
    let number = this.#numbers.get(object);
    if (number === undefined) this.#numbers.set(object, (number = ++this.#last)); // clients' own begin at 2 ** 32
    return number;
  }

  /** Takes in an object of a result, for which no client has chosen a number. */
  adopt<M extends Managed>(object: M): M {
    object.adopt(this.#handleOf);
    return object;
  }

  async #await(entry: Entry, number: number, made: Promise<Managed>): Promise<void> {
    try {
      this.#enter(entry, number, await made);
    } catch (error) {
      entry.failure = { error };
    }
    goOn(entry);
  }

  #enter(entry: Entry, number: number, object: Managed): void {
    object.adopt(this.#handleOf);
    entry.object = object;
    this.#numbers.set(object, number);
  }
}

function newEntry(): Entry {
  return { object: undefined, failure: undefined, leases: 0, waiting: undefined, onItsWay: undefined, kept: undefined };
}

/** The object has been made, or will not be. */
function goOn(entry: Entry): void {
  const waiting = entry.waiting ?? [];
  entry.waiting = undefined;
  for (const go of waiting) go();
}
