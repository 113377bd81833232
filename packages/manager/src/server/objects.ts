import { types } from 'node:util';
import { HandleError, formatHandle } from '@multiprocess/shared-memory';
import { formatPlace } from '../wire/reference.js';
import type { Managed } from './managed.js';
import type { Session } from './session.js';

/** An object under the number by which clients know it, or what became of making it. */
interface Entry {
  object: Managed | undefined;
  failure: { readonly error: unknown } | undefined;
  /** How many leases all clients have. */
  leases: number;
  /** What is to be done when it has been made, in order. */
  waiting: (() => void)[] | undefined;
}

/**
 * The objects that clients know.
 *
 * An object is in here as long as some client has a lease on it, that is, a proxy. Who else holds it in the server (a
 * dict it is in, say) holds it as any object of JavaScript is held: so there are no references to count between
 * objects, cycles are no leak, and one that comes out of a dict again is entered again, under its old number.
 */
export class Objects {
  /** Name of the server in handles. */
  readonly server: string;
  readonly #entries = new Map<number, Entry>();
  readonly #numbers = new WeakMap<Managed, number>();
  /** Who is being sent something right now, and what it is given by that; nobody else can be, meanwhile. */
  #granting: Set<number> | undefined;
  #last = 0;

  constructor(server: string) {
    this.server = server;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Makes an object that the client has chosen a number for. Calls that come before it is there wait for it.
   *
   * @param make may be asynchronous; what it throws, every call of the object throws
   */
  create(number: number, session: Session, make: () => Managed | Promise<Managed>): void {
    if (this.#entries.has(number)) return;
    const entry: Entry = { object: undefined, failure: undefined, leases: 0, waiting: undefined };
    this.#entries.set(number, entry);
    this.lease(number, session);
    try {
      const made = make();
      if (types.isPromise(made)) void this.#await(entry, number, made);
      else this.#enter(entry, number, made);
    } catch (error) {
      entry.failure = { error };
    }
  }

  /** Calls `use` with the object, at once if it has been made. @throws {HandleError} If there is none of that number. */
  use(number: number, use: (object: Managed) => void, fail: (error: unknown) => void): void {
    const entry = this.#entries.get(number);
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

  /** The object itself, for a handle that has come home. @throws {HandleError} If it is gone. */
  find(number: number): Managed {
    const found = this.#entries.get(number)?.object;
    if (found === undefined) throw new HandleError(`The manager has no object ${number} (any more)`);
    return found;
  }

  /** One more proxy of that client. */
  lease(number: number, session: Session): void {
    const entry = this.#entries.get(number);
    if (entry === undefined) return; // its calls say that it is gone
    entry.leases++;
    session.leases.set(number, (session.leases.get(number) ?? 0) + 1);
  }

  /** Some proxies less. */
  release(number: number, leases: number, session: Session): void {
    const had = session.leases.get(number) ?? 0;
    const given = Math.min(had, leases);
    if (had === given) session.leases.delete(number);
    else session.leases.set(number, had - given);
    const entry = this.#entries.get(number);
    if (entry === undefined || given <= 0) return;
    entry.leases -= given;
    if (entry.leases <= 0) this.#entries.delete(number);
  }

  /** All that a client had. */
  releaseAll(session: Session): void {
    for (const [number, leases] of session.leases) this.release(number, leases, session);
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
        this.#entries.set(number, { object, failure: undefined, leases: 0, waiting: undefined });
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
    entry.waiting = [];
    try {
      this.#enter(entry, number, await made);
    } catch (error) {
      entry.failure = { error };
    }
    const { waiting } = entry;
    entry.waiting = undefined;
    for (const go of waiting) go();
  }

  #enter(entry: Entry, number: number, object: Managed): void {
    object.adopt(this);
    entry.object = object;
    this.#numbers.set(object, number);
  }
}
