import { CorruptSegmentError } from '@multiprocess/shared-memory';
import type { Peek, Segment } from '@multiprocess/shared-memory';
import type { EncodedSlot } from './slot-value.js';

// Layout. LENGTH, ROOM and the ENDs of the table are written once, before other threads can see the segment.
//   MUTEX   owner mutex, held while a slot is read or written, for as long as copying its bytes takes
//   LENGTH  number of slots
//   ROOM    bytes behind the table
//   TABLE   two words for each slot:
//     END   byte behind the slot, counted from the end of the table; it begins where the one before ends
//     STATE 31:4 bytes of the value, 3:1 its type, 0 the half of the slot that has it. THE store that sets the slot.
//           Written under MUTEX
// Behind the table the slots: each twice as long as the largest value it can hold, a multiple of 16 bytes.
// A writer puts the value into the half that STATE does not name, and then stores STATE. So a writer that is killed has set
// the slot or has not. Bytes in the other half are ignored: there is nothing to repair.
export const MUTEX = 0;
const LENGTH = 1;
const ROOM = 2;
const TABLE = 4;
const MIN_HALF = 8;
const MAX_SLOTS = 2 ** 26;
const MAX_BYTES = 2 ** 28 - 1;

/** The size of a list, and where each slot ends. */
interface ListPlan {
  readonly byteLength: number;
  readonly ends: readonly number[];
}

/** @throws {@link RangeError} if there are too many values, or one is too large. */
export function planList(values: readonly EncodedSlot[]): ListPlan {
  const ends: number[] = [];
  let end = 0;
  for (const { bytes } of values) {
    if (bytes.length > MAX_BYTES)
      throw new RangeError(`each of values must have at most ${MAX_BYTES} bytes, received ${bytes.length} bytes`);
    end += 2 * Math.max(MIN_HALF, (bytes.length + 7) & ~7);
    ends.push(end);
  }
  if (values.length > MAX_SLOTS || end > 2 ** 31 - 1)
    throw new RangeError(`values must take at most 2 GiB, received ${values.length} values`);
  return { byteLength: (TABLE + 2 * values.length) * 4 + end, ends };
}

/** The slots of a list in a segment. Callers hold {@link MUTEX}, except for {@link length}. */
export class ListSlots {
  readonly length: number;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #reference: string;

  /** Attaches to the list that lies in the segment. Writes nothing. */
  constructor(segment: Segment) {
    this.#words = segment.words;
    this.#reference = segment.reference;
    const length = segment.words[LENGTH] ?? -1;
    const room = segment.words[ROOM] ?? -1;
    const start = (TABLE + 2 * length) * 4;
    if (length < 0 || length > MAX_SLOTS || room < 0 || segment.byteLength !== start + room) {
      throw new CorruptSegmentError(`${segment.reference} is not a list: ${length} slots in ${room} bytes`);
    }
    this.length = length;
    this.#bytes = new Uint8Array(segment.buffer, start, room);
  }

  /** How many slots there are, read from outside. */
  static countIn(peek: Peek): number {
    return peek(LENGTH, 1)[0]!;
  }

  /** Writes the table of a new segment. */
  static initialise(segment: Segment, plan: ListPlan): void {
    segment.words[LENGTH] = plan.ends.length;
    segment.words[ROOM] = plan.ends.at(-1) ?? 0;
    plan.ends.forEach((end, i) => (segment.words[TABLE + 2 * i] = end));
  }

  /** The largest size of a value in the slot, in bytes. */
  room(index: number): number {
    return this.#slot(index).half;
  }

  read(index: number): { type: number; bytes: Uint8Array<ArrayBuffer> } {
    const { begin, half } = this.#slot(index);
    const state = Atomics.load(this.#words, TABLE + 2 * index + 1);
    const length = state >>> 4;
    if (length > half) throw this.#corrupt(index);
    const from = begin + (state & 1) * half;
    return { type: (state >>> 1) & 7, bytes: new Uint8Array(this.#bytes.subarray(from, from + length)) };
  }

  /** Sets the slot; the value must fit. */
  write(index: number, { type, bytes }: EncodedSlot): void {
    const { begin, half } = this.#slot(index);
    const other = (Atomics.load(this.#words, TABLE + 2 * index + 1) & 1) ^ 1;
    this.#bytes.set(bytes, begin + other * half);
    Atomics.store(this.#words, TABLE + 2 * index + 1, (bytes.length << 4) | (type << 1) | other);
  }

  #slot(index: number): { begin: number; half: number } {
    const begin = index === 0 ? 0 : this.#words[TABLE + 2 * (index - 1)]!;
    const end = this.#words[TABLE + 2 * index]!;
    if (begin < 0 || end <= begin || end > this.#bytes.length) throw this.#corrupt(index);
    return { begin, half: (end - begin) / 2 };
  }

  #corrupt(index: number): CorruptSegmentError {
    return new CorruptSegmentError(`Slot ${index} of ${this.#reference} contradicts itself`);
  }
}
