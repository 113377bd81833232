import { OutOfMemoryError, RingBatch, RingMessage, RingRun } from '@multiprocess/shared-memory';
import type { ByteRing, Coroutine } from '@multiprocess/shared-memory';
import { frameLength, packFrame, readFrame, writeFrame } from './frame.js';
import type { Frame } from './frame.js';

const OUTPUT_BYTES = 64 * 1024;
/** Longer frames go into the ring from memory of their own. */
const SMALL_BYTES = 2048;
/** Bytes in front of each frame in the ring. */
const HEAD_BYTES = 8;
/** How many of the frames that found the ring full to try at a time. */
const MAX_TOGETHER = 256;

/** Says what to send in the place of a frame for which the system has no memory: small frames, or none. */
export type Refuse = (frame: Frame, error: OutOfMemoryError) => readonly Frame[];

/**
 * Frames on their way into a ring, in order. Small ones are laid out as they will lie in the ring, so that they get there
 * with one copy.
 */
export class Outbox {
  readonly #ring: ByteRing;
  readonly #refuse: Refuse;
  readonly #bytes = new Uint8Array(OUTPUT_BYTES);
  readonly #memory = { bytes: this.#bytes, words: new Int32Array(this.#bytes.buffer) };
  /** The same memory from the bytes of the first frame on: a single frame needs no batch. */
  readonly #first = {
    bytes: this.#bytes.subarray(HEAD_BYTES),
    words: this.#memory.words.subarray(HEAD_BYTES / 4),
  };
  #run = new RingRun(this.#memory, 0);
  /** What comes before the run; undefined if nothing does. */
  #batch: RingBatch | undefined;
  /** How many frames are in the batch and the run. */
  #fresh = 0;
  /** Frames that found the ring full, in memory of their own. As long as there are any, new ones are added here. */
  #left: Uint8Array[] = [];
  #byteLength = 0;

  constructor(ring: ByteRing, refuse: Refuse) {
    this.#ring = ring;
    this.#refuse = refuse;
  }

  get length(): number {
    return this.#fresh + this.#left.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** Adds a copy of a frame. Returns how many there are now. */
  push(frame: Frame): number {
    const byteLength = frameLength(frame);
    this.#byteLength += byteLength;
    if (this.#left.length > 0) return this.#left.push(packFrame(frame));
    const { place } = this.#run;
    if (byteLength <= SMALL_BYTES && place + byteLength + HEAD_BYTES <= OUTPUT_BYTES) {
      writeFrame(frame, this.#bytes, place);
      this.#run.add(byteLength);
    } else {
      this.#endRun().add(RingMessage.of(packFrame(frame)));
    }
    return ++this.#fresh;
  }

  clear(): void {
    this.#begin();
    this.#left = [];
    this.#byteLength = 0;
  }

  /**
   * Puts as many as there is room for, with one store and one wake. Never waits.
   *
   * @returns whether all were put; 'shut' if the ring takes nothing more
   */
  tryPut(): 'all' | 'some' | 'shut' {
    if (this.#left.length > 0) return this.#putLeft();
    if (this.#fresh === 0) return 'all';
    const put = this.#fresh === 1 && this.#run.count === 1 ? this.#putFirst() : this.#putFresh();
    if (put === 'all') this.clear();
    return put;
  }

  /**
   * Puts all of them, and those that are added meanwhile, and waits for room. A frame that would fit into the ring as it is
   * waits, even if the system has no memory; one that would not is refused, and the others go on.
   */
  *putting(): Coroutine<'put' | 'shut'> {
    for (;;) {
      const outcome = this.tryPut();
      if (outcome !== 'some') return outcome === 'all' ? 'put' : outcome;
      const next = this.#left[0]!;
      try {
        if ((yield* this.#ring.writer.putting(next, 'wait')) === 'shut') return 'shut';
        this.#drop(1);
      } catch (error) {
        if (!(error instanceof OutOfMemoryError)) throw error;
        this.#drop(1);
        const instead = this.#refuse(readFrame(next)!, error).map(packFrame);
        for (const { length } of instead) this.#byteLength += length;
        this.#left.unshift(...instead);
      }
    }
  }

  #putFirst(): 'all' | 'some' | 'shut' {
    const { bytes, words } = this.#first;
    const outcome = this.#ring.writer.tryPut(new RingMessage(bytes, this.#byteLength, words));
    if (outcome === 'put') return 'all';
    return outcome === 'shut' ? outcome : this.#putFresh();
  }

  #putFresh(): 'all' | 'some' | 'shut' {
    const batch = this.#endRun();
    if (this.#ring.writer.tryPutMany(batch) === 'shut') return 'shut';
    if (batch.put === this.#fresh) return 'all';
    this.#byteLength = 0;
    for (let { next } = batch; next !== undefined; { next } = batch) {
      this.#left.push(batch.piece === next ? next.bytes : next.bytes.slice());
      this.#byteLength += next.byteLength;
      batch.advance(1);
    }
    this.#begin();
    return 'some';
  }

  #putLeft(): 'all' | 'some' | 'shut' {
    while (this.#left.length > 0) {
      const batch = new RingBatch();
      const some = this.#left.slice(0, MAX_TOGETHER);
      for (const frame of some) batch.add(RingMessage.of(frame));
      if (this.#ring.writer.tryPutMany(batch) === 'shut') return 'shut';
      this.#drop(batch.put);
      if (batch.put < some.length) return 'some';
    }
    return 'all';
  }

  #drop(count: number): void {
    for (const { length } of this.#left.splice(0, count)) this.#byteLength -= length;
  }

  #endRun(): RingBatch {
    const batch = (this.#batch ??= new RingBatch());
    if (this.#run.count > 0) batch.add(this.#run);
    this.#run = new RingRun(this.#memory, this.#run.end);
    return batch;
  }

  #begin(): void {
    this.#batch = undefined;
    this.#run = new RingRun(this.#memory, 0);
    this.#fresh = 0;
  }
}
