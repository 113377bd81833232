import { ByteRing, HandleError, RING_MAX_BYTES, Segment, SegmentPart, waitSync } from '@multiprocess/shared-memory';
import type { Carrier, MemoryRange, RingGuard, Thread } from '@multiprocess/shared-memory';
import { EndTable } from './end-table.js';
import type { EntryName } from './end-table.js';
import { readRings, RING_BYTES, ringOffset, RINGS, SECOND_RING, sizeOfPipe } from './pipe-layout.js';
import type { End } from './pipe-layout.js';

/** What connections and their transfers are segments of. */
export const KIND = 'pipe.Connection';

/** The memory of a pipe, for all in this thread that use it: let go of when the last of them does. */
export class PipeSegment {
  readonly reference: string;
  readonly thread: Thread;
  readonly rings: 1 | 2;
  readonly #segment: Segment;
  readonly #tables: readonly [EndTable, EndTable];
  readonly #parts: readonly MemoryRange[];
  #users = 0;

  private constructor(segment: Segment) {
    this.#segment = segment;
    this.reference = segment.reference;
    this.thread = segment.thread;
    this.rings = readRings(segment.words, segment.byteLength, segment.reference);
    this.#tables = [new EndTable(segment.words, 0, this.thread), new EndTable(segment.words, 1, this.thread)];
    const rings: readonly End[] = this.rings === 2 ? [0, 1] : [0];
    this.#parts = rings.map((ring) => partOf(segment, ring));
  }

  /**
   * Makes the memory of a new pipe.
   *
   * @param capacity what {@link sizeOfPipe} calls the easy bytes of each ring
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  static create(rings: 1 | 2, capacity: number): PipeSegment {
    const limits = { maxBytes: RING_MAX_BYTES, maxItems: 0, easyBytes: capacity };
    const { segment } = Segment.create({
      kind: KIND,
      ...sizeOfPipe(rings),
      initialise: (made) => {
        made.words[RINGS] = rings;
        ByteRing.initialise(partOf(made, 0), limits);
        if (rings === 1) return;
        made.reserve(SECOND_RING.offset, SECOND_RING.byteLength);
        ByteRing.initialise(partOf(made, 1), limits);
      },
    });
    return new PipeSegment(segment);
  }

  /** @throws {@link HandleError} if no living process has it. */
  static attach(reference: string, claimed: string): PipeSegment {
    const segment = Segment.attach(reference, KIND, claimed);
    try {
      return new PipeSegment(segment);
    } catch (error) {
      segment.close();
      throw error;
    }
  }

  /** Keeps it open until as many calls of {@link release}. */
  retain(): this {
    this.#users++;
    return this;
  }

  release(): void {
    if (--this.#users <= 0) this.#segment.close();
  }

  table(end: End): EndTable {
    return this.#tables[end];
  }

  /** The ring that leads to that end. */
  ring(end: End, guard: RingGuard): ByteRing {
    return new ByteRing(this.#parts[end]!, guard);
  }

  /**
   * Changes which threads hold an end, and wakes those that sleep. Waits for others for some instructions only.
   *
   * @throws {@link HandleError} if another process was stopped in the middle of such a change.
   */
  change<T>(end: End, change: (table: EndTable) => T): T {
    const value = this.#enter(end, change);
    this.wake();
    return value;
  }

  /** Frees an entry; if it was the last that counted, the pipe is shut. */
  leave(end: End, name: EntryName): void {
    const found = this.#enter(end, (table) => {
      table.leave(name);
      return table.look();
    });
    if (found === 'gone') this.shut();
    else this.wake();
  }

  /** Which thread holds an end, as {@link EndTable.look} has it; if none does, the pipe has been shut. */
  look(end: End): number | 'gone' {
    const found = this.#enter(end, (table) => table.look());
    if (found === 'gone') this.shut();
    return found;
  }

  /** Ends sending in both directions: one of the ends is gone. */
  shut(): void {
    for (const part of this.#parts) ByteRing.shutAtOnce(part);
  }

  /** Lets all threads that sleep here look again. */
  wake(): void {
    for (const part of this.#parts) ByteRing.wakeAll(part);
  }

  #enter<T>(end: End, change: (table: EndTable) => T): T {
    const table = this.#tables[end];
    const entered = waitSync(
      this.thread.parker,
      table.entering(() => ({ value: change(table) })),
      0,
    );
    if (entered !== undefined) return entered.value;
    throw new HandleError(`The pipe ${this.reference} stays locked: is a process that uses it stopped?`);
  }
}

function partOf(segment: Segment, ring: End): MemoryRange {
  return new SegmentPart(segment, ringOffset(ring), RING_BYTES);
}

/** Whether a thread holds the end that the ring leads to. What cannot be asked counts as held. */
export function hasReceiver({ reference, byteOffset }: Carrier): boolean {
  const end = ([0, 1] as const).find((ring) => ringOffset(ring) === byteOffset);
  if (end === undefined) return true;
  try {
    const pipe = PipeSegment.attach(reference, KIND).retain();
    try {
      return pipe.look(end) !== 'gone';
    } finally {
      pipe.release();
    }
  } catch {
    return true; // gone meanwhile, damaged, or a process was stopped in the middle of a change
  }
}
