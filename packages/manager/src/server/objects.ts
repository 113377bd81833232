import { types } from 'node:util';
import { HandleError, LongTimer, formatHandle } from '@multiprocess/shared-memory';
import { formatPlace } from '../wire/reference.js';
import type { Managed } from './managed.js';
import type { Session } from './session.js';

/**
 * How long an object whose handle was given away is kept for its receiver, when the client that gave it away has ended.
 * Processes that it has started, and who waits for a message, take much less; a handle in a file is no way to keep it.
 */
const HANDED_OVER_MS = 60_000;
/** How long an object is waited for that another client says it has had made: it is on its way through another socket. */
const ON_ITS_WAY_MS = 10_000;
/** Objects made by clients have numbers from here on, a range for each client. */
const CLIENT_RANGE = 2 ** 32;

/** What is being decoded refers to an object that is still being made, or is on its way here. Never leaves the server. */
export class NotMadeYet extends HandleError {
  readonly object: number;

  constructor(object: number) {
    super(`Object ${object} has not been made yet`);
    this.object = object;
  }
}

/** An object under the number by which clients know it, or what became of making it. */
interface Entry {
  object: Managed | undefined;
  failure: { readonly error: unknown } | undefined;
  /** How many leases all clients have. */
  leases: number;
  /** What is to be done when it has been made, in order; there only until then. */
  waiting: (() => void)[] | undefined;
  /** There only until the request that makes it has come. */
  onItsWay: LongTimer | undefined;
  /** There only while it is kept for a receiver, by a lease that no client has. */
  kept: { readonly end: () => void; readonly timer: LongTimer } | undefined;
}

/**
 * The objects that clients know.
 *
 * An object is in here as long as some client has a lease on it, that is, a proxy. Who else holds it in the server (a
 * dict it is in, say) holds it as any object of JavaScript is held: so there are no references to count between
 * objects, cycles are no leak, and one that comes out of a dict again is entered again, under its old number.
 *
 * A client counts its objects up, and says that one is to be made before its handle leaves the client. Over two sockets the
 * handle may be faster all the same: then who brings it waits for the object, as long as its maker is there.
 */
export class Objects {
  /** Name of the server in handles. */
  readonly server: string;
  readonly #entries = new Map<number, Entry>();
  readonly #numbers = new WeakMap<Managed, number>();
  /** Who is being sent something right now, and what it is given by that; nobody else can be, meanwhile. */
  #granting: Set<number> | undefined;
  readonly #sessions = new Map<number, Session>();
  /** Those that other clients have asked for before the request that makes them has come. */
  readonly #onItsWay = new Map<number, Entry>();
  #last = 0;

  constructor(server: string) {
    this.server = server;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** From now on objects of this client may come. Returns the number that the first of them is greater than. */
  begin(session: Session): number {
    this.#sessions.set(session.number, session);
    return session.number * CLIENT_RANGE;
  }

  /** The client is gone, and none of its objects will come any more. */
  end(session: Session): void {
    this.#sessions.delete(session.number);
    for (const number of this.#onItsWay.keys()) if (makerOf(number) === session.number) this.#giveUp(number);
    for (const [number, leases] of session.leases) {
      if (session.exports.has(number)) this.#keepForReceiver(number, leases);
      this.release(number, leases, session);
    }
  }

  /** The client is giving the object's handle away. */
  export(number: number, session: Session): void {
    if (session.leases.has(number)) session.exports.add(number);
  }

  /**
   * Makes an object that the client has chosen a number for. Calls that come before it is there wait for it.
   *
   * @param make may be asynchronous; what it throws, every call of the object throws
   */
  create(number: number, session: Session, make: () => Managed | Promise<Managed>): void {
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

  /** Calls `use` with the object, at once if it has been made. @throws {HandleError} If there is none of that number. */
  use(number: number, use: (object: Managed) => void, fail: (error: unknown) => void): void {
    const entry = this.#find(number);
    if (entry === undefined) {
      fail(new HandleError(`The manager has no object ${number}: nobody held it any more, and it is gone`));
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
   * @throws {NotMadeYet} If it is not there yet: see {@link whenMade}.
   * @throws {HandleError} If it is gone. @throws what making it has thrown
   */
  find(number: number): Managed {
    const entry = this.#find(number);
    if (entry?.object !== undefined) return entry.object;
    if (entry?.waiting !== undefined) throw new NotMadeYet(number);
    if (entry?.failure !== undefined) throw entry.failure.error;
    throw new HandleError(`The manager has no object ${number} (any more)`);
  }

  /** Calls back when the object has been made, or it is known that it will not be. */
  whenMade(number: number, then: () => void): void {
    const waiting = this.#find(number)?.waiting;
    if (waiting === undefined) then();
    else waiting.push(then);
  }

  /** One more proxy of that client. */
  lease(number: number, session: Session): void {
    const entry = this.#find(number);
    if (entry === undefined) return; // its calls say that it is gone
    if (session.hasEnded) return;
    entry.leases++;
    session.leases.set(number, (session.leases.get(number) ?? 0) + 1);
    entry.kept?.timer.cancel();
    entry.kept?.end();
  }

  /** Some proxies less. */
  release(number: number, leases: number, session: Session): void {
    const had = session.leases.get(number) ?? 0;
    const given = Math.min(had, leases);
    if (had === given) session.leases.delete(number);
    else session.leases.set(number, had - given);
    const entry = this.#entries.get(number) ?? this.#onItsWay.get(number);
    if (entry === undefined || given <= 0) return;
    entry.leases -= given;
    if (entry.leases <= 0) this.#entries.delete(number);
  }

  /** A lease of nobody, until the first receiver comes; there is no need for it if one has come before. */
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

  /** What there is under that number; a place for it if it is on its way. */
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

  /** It will not come any more. */
  #giveUp(number: number): void {
    const entry = this.#onItsWay.get(number);
    if (entry === undefined) return;
    this.#onItsWay.delete(number);
    entry.onItsWay?.cancel();
    const error = new HandleError(
      `The manager has no object ${number}: the client that was to make it has not done so`,
    );
    entry.failure = { error };
    goOn(entry);
  }

  /**
   * Runs `encode`, and gives the client a lease on each object in what it encodes: on each one, as often as it is in it.
   *
   * @returns what it returned, and the numbers of these objects
   */
  granting<R>(session: Session, encode: () => R): { readonly encoded: R; readonly granted: ReadonlySet<number> } {
    const granted = new Set<number>();
    this.#granting = granted;
    try {
      const encoded = encode();
      for (const number of granted) this.lease(number, session);
      return { encoded, granted };
    } finally {
      this.#granting = undefined;
      // What was entered for a message that then could not be encoded has nobody.
      for (const number of granted) if (this.#entries.get(number)?.leases === 0) this.#entries.delete(number);
    }
  }

  /** The handle of an object, which whoever is being sent something gets a lease on. */
  grant(object: Managed): string {
    let number = this.#numbers.get(object);
    if (number === undefined) this.#numbers.set(object, (number = ++this.#last)); // clients' own begin at 2 ** 32
    if (this.#granting !== undefined) {
      this.#granting.add(number);
      if (!this.#entries.has(number)) {
        this.#entries.set(number, { ...newEntry(), object });
      }
    }
    return formatHandle(
      `manager.${object.proxy}`,
      formatPlace({ server: this.server, object: number, address: undefined }),
    );
  }

  /** An object that no client has asked for by a number: part of a result. */
  adopt<M extends Managed>(object: M): M {
    object.adopt(this);
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
    object.adopt(this);
    entry.object = object;
    this.#numbers.set(object, number);
  }
}

function newEntry(): Entry {
  return { object: undefined, failure: undefined, leases: 0, waiting: undefined, onItsWay: undefined, kept: undefined };
}

/** It is known what became of it. */
function goOn(entry: Entry): void {
  const waiting = entry.waiting ?? [];
  entry.waiting = undefined;
  for (const go of waiting) go();
}

/** The number of the client that has chosen the number of an object; 0 for the server itself. */
function makerOf(object: number): number {
  return Math.floor(object / CLIENT_RANGE);
}
