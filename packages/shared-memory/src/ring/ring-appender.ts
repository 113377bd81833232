import { HEAD, LOOP_BYTES, MARK, PAD, RECORD_HEADER_BYTES, recordBytes, SEEN_HEAD, wordIndex } from './ring-layout.js';
import type { RingMemory } from './ring-memory.js';
import { partPlace } from './ring-message.js';
import type { RingMessage } from './ring-message.js';
import type { RingRun } from './ring-run.js';

/** Writes records behind TAIL, where no consumer sees them yet. Under PRODUCERS. */
export class RingAppender {
  readonly #words: Int32Array;
  readonly #memory: RingMemory;

  constructor(words: Int32Array, memory: RingMemory) {
    this.#words = words;
    this.#memory = memory;
  }

  /** Writes a record behind `tail`. @returns where it ends; `tail` itself if there is no room */
  append(tail: number, message: RingMessage): number {
    const { capacity } = this.#memory;
    const size = recordBytes(message.byteLength);
    let at = tail & (capacity - 1);
    const inOnePiece = capacity - at;
    const needed = size <= inOnePiece ? size : inOnePiece + size;
    if (this.#room(needed, tail, capacity) < needed) return tail;
    if (size > inOnePiece) at = this.#pad(at, inOnePiece);
    const start = wordIndex(at);
    this.#words[start] = message.byteLength;
    this.#words[start + MARK] = message.mark;
    this.#write(at + RECORD_HEADER_BYTES, message);
    return (tail + needed) | 0;
  }

  /**
   * Writes records of a run from `index` on: as many as there is room for, at most `max`.
   *
   * @returns how many they were, and where the last of them ends
   */
  appendRun(tail: number, run: RingRun, index: number, max: number): { end: number; count: number } {
    const { capacity } = this.#memory;
    const wanted = Math.min(run.count, index + max);
    const longest = run.startOf(wanted) - run.startOf(index) + capacity - (tail & (capacity - 1));
    let room = this.#room(longest, tail, capacity);
    let end = tail;
    let next = index;
    while (next < wanted) {
      const at = end & (capacity - 1);
      const inOnePiece = capacity - at;
      const behind = Math.min(wanted, run.fitting(next, Math.min(room, inOnePiece)));
      if (behind === next) {
        // There may be room enough, but not in one piece.
        const size = run.startOf(next + 1) - run.startOf(next);
        if (size <= inOnePiece || inOnePiece + size > room) break;
        this.#pad(at, inOnePiece);
        end = (end + inOnePiece) | 0;
        room -= inOnePiece;
        continue;
      }
      const [from, to] = [run.startOf(next), run.startOf(behind)];
      this.#memory.bytes.set(run.bytes.subarray(from, to), at);
      end = (end + to - from) | 0;
      room -= to - from;
      next = behind;
    }
    return next === index ? { end: tail, count: 0 } : { end, count: next - index };
  }

  /** Fills the end of the ring with padding. Returns the place to go on at: its beginning. */
  #pad(at: number, inOnePiece: number): number {
    this.#words[wordIndex(at)] = PAD | (inOnePiece - RECORD_HEADER_BYTES);
    return 0;
  }

  #write(at: number, message: RingMessage): void {
    const { bytes, length, parts, words } = message;
    if (words !== undefined && length <= LOOP_BYTES) {
      const to = wordIndex(at);
      const target = this.#words;
      for (let i = 0; i << 2 < length; i++) target[to + i] = words[i]!;
    } else {
      this.#memory.bytes.set(length === bytes.byteLength ? bytes : bytes.subarray(0, length), at);
    }
    let end = length;
    for (const part of parts) {
      const place = partPlace(end);
      this.#memory.bytes.set(part, at + place);
      end = place + part.byteLength;
    }
  }

  /** How many bytes are free: by the remembered HEAD if that is at least `needed`, else by HEAD as it is now. */
  #room(needed: number, tail: number, capacity: number): number {
    const usedAsSeen = (tail - this.#words[SEEN_HEAD]!) | 0;
    if (usedAsSeen >= 0 && needed <= capacity - usedAsSeen) return capacity - usedAsSeen;
    const head = Atomics.load(this.#words, HEAD);
    this.#words[SEEN_HEAD] = head;
    const used = (tail - head) | 0;
    if (used < 0 || used > capacity) throw this.#memory.corrupt(`${used} of ${capacity} bytes in use`);
    return capacity - used;
  }
}
