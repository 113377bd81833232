import { types } from 'node:util';
import {
  attachSegment,
  checkNaming,
  checkOptions,
  CorruptSegmentError,
  HandleError,
  NAME_OPTIONS,
  OwnerMutex,
  received,
  registerSegmentClass,
  Segment,
  SegmentObject,
  SharedMemory,
  waitSync,
} from '@multiprocess/shared-memory';
import type { Description, NameOptions, Naming } from '@multiprocess/shared-memory';
import { checkIterableObject } from './check-iterable-object.js';
import { ListSlots, MUTEX, planList } from './list-layout.js';
import { resolveIndex } from './resolve-index.js';
import { decodeSlot, encodeSlot } from './slot-value.js';
import type { EncodedSlot, SlotValue } from './slot-value.js';

const KIND = 'values.ShareableList';

/**
 * A list of numbers, bigints, booleans, strings, bytes and null in shared memory, of fixed length.
 *
 * A slot has room for the bytes of its first value, rounded up to a multiple of 8, and can hold any value that fits. The size
 * of a string is that of its UTF-8. Each method is atomic, also for strings: no reader sees half of one, and a writer that is
 * killed has set the slot or has not. Methods wait for each other as long as copying a value takes.
 *
 * @example
 * ```ts source="./values.examples.ts#list"
 * using progress = new ShareableList(['parsing', 0, null], { name: 'progress' });
 * progress.set(1, 0.5);
 * progress.set(2, 'done');
 * console.log([...progress]); // [ 'parsing', 0.5, 'done' ]
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.shared_memory.html | Python's ShareableList}
 */
export class ShareableList extends SegmentObject implements Iterable<SlotValue> {
  readonly #segment: Segment;
  readonly #slots: ListSlots;
  readonly #mutex: OwnerMutex;

  /**
   * Creates a list of these values, or attaches to the one of the same name, which keeps its values.
   *
   * @param values the first values, which also set the room of each slot; without them, the list of that name must exist
   * @throws {@link TypeError} or {@link RangeError} if a list cannot hold one of the values.
   * @throws {@link HandleError} if the name is taken by something else or by a list with other slots; without `values`, if
   * there is no list of that name.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(values: Iterable<SlotValue> | undefined, options?: NameOptions);
  /** @internal */
  constructor(segment: Segment);
  constructor(from: Iterable<SlotValue> | Segment | undefined, options: NameOptions = {}) {
    const segment =
      from instanceof Segment
        ? from
        : open(from, checkNaming(checkOptions(options, "{ name: 'progress' }", NAME_OPTIONS)));
    super(segment);
    this.#segment = segment;
    this.#slots = new ListSlots(segment);
    this.#mutex = new OwnerMutex(segment.words, MUTEX, segment.thread);
  }

  /**
   * The list that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): ShareableList {
    return new ShareableList(attachSegment(handle, KIND));
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { length: this.length, values: [...this] };
  }

  get length(): number {
    this.openSegment();
    return this.#slots.length;
  }

  /** The memory of the list, for its `name`, `size` and `unlink()`. */
  get shm(): SharedMemory {
    return new SharedMemory(this.openSegment());
  }

  /** The value at the index. Negative ones count from the end. @throws {@link TypeError} or {@link RangeError} if there is no such index. */
  at(index: number): SlotValue {
    this.openSegment();
    const at = resolveIndex(index, this.#slots.length);
    const { type, bytes } = this.#locked(() => this.#slots.read(at));
    const value = decodeSlot(type, bytes);
    if (value === undefined) throw new CorruptSegmentError(`Slot ${at} of ${this.#segment.reference} holds no value`);
    return value;
  }

  /**
   * Sets a slot, also to a value of another type.
   *
   * @throws {@link TypeError} or {@link RangeError} if there is no such index, a list cannot hold the value, or it does not fit into the
   * slot. The slot keeps its value.
   */
  set(index: number, value: SlotValue): void {
    this.openSegment();
    const at = resolveIndex(index, this.#slots.length);
    const encoded = encodeSlot(value);
    const room = this.#slots.room(at);
    if (encoded.bytes.length > room) {
      const { length } = encoded.bytes;
      throw new RangeError(
        `value must fit into the ${room} bytes of slot ${at}, received ${received(value)} of ${length} bytes`,
      );
    }
    this.#locked(() => this.#slots.write(at, encoded));
  }

  /** How many slots hold that value; bytes are compared by content. */
  count(value: SlotValue): number {
    let count = 0;
    for (const one of this) if (isSame(one, value)) count++;
    return count;
  }

  /** The first index whose slot holds that value; -1 if there is none. */
  indexOf(value: SlotValue): number {
    const { length } = this;
    for (let i = 0; i < length; i++) if (isSame(this.at(i), value)) return i;
    return -1;
  }

  /** The values, each as it is when its turn comes. */
  *[Symbol.iterator](): Generator<SlotValue, void, void> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }

  /** Holds the mutex for some instructions only: no code of the user runs under it. */
  #locked<R>(use: () => R): R {
    waitSync(this.#segment.thread.parker, this.#mutex.entering(), Infinity);
    try {
      return use();
    } finally {
      this.#mutex.unlock();
    }
  }
}

registerSegmentClass(KIND, ShareableList, (peek) => ({ items: ListSlots.countIn(peek) }));

function open(values: Iterable<unknown> | undefined, naming: Naming): Segment {
  const { name } = naming;
  if (values === undefined && name !== undefined) {
    return Segment.create({ kind: KIND, byteLength: 0, name, create: false }).segment;
  }
  const given = checkIterableObject('values', values, 'an iterable; or undefined, with the name of a list');
  const encoded = Array.from(given, (value) => encodeSlot(value, 'each of values'));
  return create(encoded, naming);
}

function create(values: readonly EncodedSlot[], naming: Naming): Segment {
  const { name } = naming;
  const plan = planList(values);
  const { segment, created } = Segment.create({
    kind: KIND,
    byteLength: plan.byteLength,
    ...naming,
    initialise(made) {
      ListSlots.initialise(made, plan);
      const slots = new ListSlots(made);
      values.forEach((value, i) => slots.write(i, value));
    },
  });
  if (created || hasSlots(segment, values)) return segment;
  segment.close();
  throw new HandleError(`The list named ${JSON.stringify(name)} has slots of other sizes`);
}

function hasSlots(segment: Segment, values: readonly EncodedSlot[]): boolean {
  const slots = new ListSlots(segment);
  return slots.length === values.length && values.every(({ bytes }, i) => bytes.length <= slots.room(i));
}

function isSame(one: SlotValue, other: SlotValue): boolean {
  if (types.isUint8Array(one) && types.isUint8Array(other)) return Buffer.compare(one, other) === 0;
  return one === other;
}
