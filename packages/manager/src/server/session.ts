import { inBrief } from '@multiprocess/process';
import type { Codec } from '../wire/codec.js';
import * as Kind from '../wire/frame-kind.js';
import { newFrame } from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import type { Call } from '../managed/call.js';
import { GIVEN_UP } from '../managed/call.js';
import type { Caller, HeldResource } from '../managed/caller.js';
import type { LeaseHolder } from './lease-holder.js';
import type { Objects } from './objects.js';

/** How frames get to a client. */
export interface Replies {
  readonly codec: Codec;
  /** Whether the client lives, as far as is known at once. */
  isAlive(): boolean;
  /**
   * Sends a copy of the frame. Never waits, never throws. If there is no memory for it, the call that it answers fails with
   * that error, and `onRefused` is called.
   */
  send(frame: Frame, onRefused?: () => void): void;
}

/** A client of the server. */
export class Session implements Caller, LeaseHolder {
  readonly number: number;
  readonly leases = new Map<number, number>();
  readonly exports = new Set<number>();
  readonly holds = new Set<HeldResource>();
  /** Its calls that wait for something. */
  readonly pending = new Map<number, Call>();
  /** Requests that came while modules are imported for an earlier one; else undefined. */
  deferred: (readonly Frame[])[] | undefined;
  lastMade: number;
  readonly #objects: Objects;
  readonly #replies: Replies;
  #ended = false;

  constructor(number: number, objects: Objects, replies: Replies) {
    this.number = number;
    this.#objects = objects;
    this.#replies = replies;
    this.lastMade = objects.begin(this);
  }

  get codec(): Codec {
    return this.#replies.codec;
  }

  get isOpen(): boolean {
    return !this.#ended && this.#replies.isAlive();
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether the client lives; its end may not have been handled yet. */
  get isAlive(): boolean {
    return this.#replies.isAlive();
  }

  /** Answers a call. */
  reply(call: number, value: unknown): void {
    if (call === 0 || this.#ended) return;
    if (value === GIVEN_UP) {
      this.#replies.send(newFrame(Kind.CANCELLED, call));
      return;
    }
    try {
      if (typeof value === 'object' && value !== null) this.#replyObject(call, value);
      else this.#replies.send(newFrame(Kind.RESULT, call, this.codec.encode(value)));
    } catch (error) {
      this.fail(call, error);
    }
  }

  /** Gives the client a lease on each object of this server in the answer. */
  #replyObject(call: number, value: object): void {
    const { encoded, lent } = this.#objects.lend(this, (handleOf) => this.codec.encode(value, handleOf));
    const takeBack = (): void => {
      for (const number of lent) this.#objects.release(number, 1, this);
    };
    this.#replies.send(newFrame(Kind.RESULT, call, encoded), lent.size === 0 ? undefined : takeBack);
  }

  /** Answers a call with an error. */
  fail(call: number, error: unknown): void {
    if (call === 0 || this.#ended) return;
    this.#replies.send(newFrame(Kind.FAILURE, call, this.#encodeError(error)));
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
    for (const held of [...this.holds]) held.releaseOf(this);
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
