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
   * Sends a frame, which is the caller's no more. Never waits, never throws. If there is no memory for it, the call that it
   * answers fails with that, and `onRefused` is called.
   */
  send(frame: Uint8Array, onRefused?: () => void): void;
}

/** A client, seen from the server. */
export class Session implements Caller, LeaseHolder {
  readonly number: number;
  /** How many proxies it has of each object. */
  readonly leases = new Map<number, number>();
  /** Objects whose handle it has given away: who receives one may come only after its end. */
  readonly exports = new Set<number>();
  readonly holds = new Set<HeldResource>();
  /** Its calls that wait for something. */
  readonly pending = new Map<number, Call>();
  /** What it has sent while modules are being imported for a request of its; undefined as a rule. */
  deferred: Frame[] | undefined;
  /** The last number that it has had an object made by; see {@link Objects}. */
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

  /** Whether it has not ended. What is handed to one that has is lost, so ask first. */
  get isOpen(): boolean {
    return !this.#ended && this.#outlet.isAlive();
  }

  /** Whether its end has been dealt with. */
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

  /** Frees what a client held that has ended and is in another's way, before the server has looked by itself. */
  endIfDead(): void {
    if (!this.isAlive) this.#letGo();
  }

  /** The client is gone: what it held is free, what it waited for is given up. Idempotent. */
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
