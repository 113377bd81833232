import { OutOfMemoryError } from '@multiprocess/shared-memory';
import type { ByteRing, Coroutine } from '@multiprocess/shared-memory';
import { putFrames } from './put-frames.js';

/** Says what is to be sent in the place of a frame for which the system has no memory: small frames, or none. */
export type Refuse = (frame: Uint8Array, error: OutOfMemoryError) => readonly Uint8Array[];

/** Frames on their way into a ring, in order. */
export class Outbox {
  readonly #ring: ByteRing;
  readonly #refuse: Refuse;
  #frames: Uint8Array[] = [];
  #byteLength = 0;

  constructor(ring: ByteRing, refuse: Refuse) {
    this.#ring = ring;
    this.#refuse = refuse;
  }

  get length(): number {
    return this.#frames.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** Adds a frame. Returns how many there are now. */
  push(frame: Uint8Array): number {
    this.#byteLength += frame.length;
    return this.#frames.push(frame);
  }

  clear(): void {
    this.#frames = [];
    this.#byteLength = 0;
  }

  /**
   * Puts as many as there is room for, with one store and one wake. Never waits.
   *
   * @returns whether there are any left; 'shut' if nothing may be put any more
   */
  tryPut(): 'all' | 'some' | 'shut' {
    const put = putFrames(this.#ring, this.#frames);
    if (put === 'shut') return put;
    if (put === this.#frames.length) {
      this.clear();
      return 'all';
    }
    for (let i = 0; i < put; i++) this.#byteLength -= this.#frames[i]!.length;
    this.#frames.splice(0, put);
    return 'some';
  }

  /**
   * Puts all of them, those too that are added meanwhile, and waits for room. A frame that would fit into the ring as it is
   * waits, even if the system has no memory; one that would not is refused, and the others go on.
   */
  *putting(): Coroutine<'put' | 'shut'> {
    for (;;) {
      const outcome = this.tryPut();
      if (outcome !== 'some') return outcome === 'all' ? 'put' : outcome;
      const next = this.#frames[0]!;
      try {
        if ((yield* this.#ring.writer.putting(next, 'wait')) === 'shut') return 'shut';
        this.#drop();
      } catch (error) {
        if (!(error instanceof OutOfMemoryError)) throw error;
        this.#drop();
        const instead = this.#refuse(next, error);
        for (const { length } of instead) this.#byteLength += length;
        this.#frames.unshift(...instead);
      }
    }
  }

  #drop(): void {
    this.#byteLength -= this.#frames.shift()!.length;
  }
}
