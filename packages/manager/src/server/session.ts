import { inBrief } from '@multiprocess/process';
import type { Codec } from '../wire/codec.js';
import { CANCELLED, FAILURE, RESULT, makeFrame } from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import type { Call } from '../managed/call.js';
import { GIVEN_UP } from '../managed/call.js';
import type { Caller, HeldResource } from '../managed/caller.js';
import type { LeaseHolder } from './lease-holder.js';
import type { Objects } from './objects.js';

/** How frames get to a client. */
export interface Outlet {
  readonly codec: Codec;
  /** Whether the client lives, as far as can be told at once. */
  isAlive(): boolean;
  /**
   * Sends a frame; do not touch it afterwards. Never waits, never throws. If there is no memory for it, the call that it
   * answers fails with that error, and `onRefused` is called.
   */
  send(frame: Uint8Array, onRefused?: () => void): void;
}

/** A client, seen from the server. */
export class Session implements Caller, LeaseHolder {
  readonly number: number;
  readonly leases = new Map<number, number>();
  readonly exports = new Set<number>();
  readonly holds = new Set<HeldResource>();
  /** Its calls that wait for something. */
  readonly pending = new Map<number, Call>();
  /** Requests that came while modules are imported for an earlier one; else undefined. */
  deferred: Frame[] | undefined;
  lastMade: number;
  readonly #objects: Objects;
  readonly #outlet: Outlet;
  #ended = false;

  constructor(number: number, objects: Objects, outlet: Outlet) {
    this.number = number;
    this.#objects = objects;
    this.#outlet = outlet;
    this.lastMade = objects.begin(this);
  }

  get codec(): Codec {
    return this.#outlet.codec;
  }

  get isOpen(): boolean {
    return !this.#ended && this.#outlet.isAlive();
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether the client lives, though its end may not have been dealt with. */
  get isAlive(): boolean {
    return this.#outlet.isAlive();
  }

  /** Answers a call. */
  reply(call: number, value: unknown): void {
    if (call === 0 || this.#ended) return;
    if (value === GIVEN_UP) {
      this.#outlet.send(makeFrame(CANCELLED, call, 0, 0));
      return;
    }
    const encode = (): Uint8Array => makeFrame(RESULT, call, 0, 0, this.codec.encode(value));
    try {
      if (typeof value === 'object') this.#sendGranting(encode);
      else this.#outlet.send(encode());
    } catch (error) {
      this.fail(call, error);
    }
  }

  #sendGranting(encode: () => Uint8Array): void {
    const { encoded, granted } = this.#objects.granting(this, encode);
    const takeBack = (): void => {
      for (const number of granted) this.#objects.release(number, 1, this);
    };
    this.#outlet.send(encoded, granted.size === 0 ? undefined : takeBack);
  }

  /** Answers a call with an error. */
  fail(call: number, error: unknown): void {
    if (call === 0 || this.#ended) return;
    this.#outlet.send(makeFrame(FAILURE, call, 0, 0, this.#encodeError(error)));
  }

  endIfDead(): void {
    if (!this.isAlive) this.#letGo();
  }

  /** The client is gone: frees what it held, and gives up what it waited for. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#letGo();
    this.#objects.end(this);
  }

  #letGo(): void {
    for (const call of [...this.pending.values()]) call.cancel();
    for (const hold of [...this.holds]) hold.releaseOf(this);
    this.holds.clear();
  }

  #encodeError(error: unknown): Uint8Array {
    try {
      return this.codec.encode(error);
    } catch {
      return this.codec.encode(inBrief(error));
    }
  }
}
