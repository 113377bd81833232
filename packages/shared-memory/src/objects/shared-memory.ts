import type { Description } from '../handles/describe.js';
import { namingOf } from '../arguments/name-options.js';
import type { NameOptions } from '../arguments/name-options.js';
import { HandleError } from '../base/errors.js';
import { optionsOf } from '../arguments/options-of.js';
import { Segment, referenceOfName } from '../segment/segment.js';
import { SegmentObject } from './segment-object.js';
import { parseHandle, registerKind } from '../handles/shared-object.js';

const KIND = 'shared-memory.SharedMemory';

/** What to make a {@link SharedMemory} of. */
export interface SharedMemoryOptions extends NameOptions {
  /** Bytes, at least 1. All of them are reserved at once. */
  readonly size: number;
}

/** What to attach to {@link SharedMemory} with that another program makes: it says how large that is. */
export interface MemoryToAttach {
  /** Under which it was made. */
  readonly name: string;
  readonly create: false;
}

/**
 * Memory that processes and threads share, as a `SharedArrayBuffer` that `Atomics` work on.
 *
 * It lives as long as some process has it, whatever becomes of the one that made it.
 *
 * @example
 * ```ts source="../shared-memory.examples.ts#memory"
 * using memory = new SharedMemory({ size: 4096, name: 'counters' });
 * Atomics.add(new Int32Array(memory.buffer), 0, 1); // any process that has `new SharedMemory({ size: 4096, name: 'counters' })`
 * ```
 */
export class SharedMemory extends SegmentObject {
  /** The memory: zero-filled when it is made. On a Node without a way to make a shared one (see the guide), an `ArrayBuffer`. */
  readonly buffer: SharedArrayBuffer;
  /** Bytes. */
  readonly size: number;
  /** The name it was given, or the one that stands in for it. */
  readonly name: string;

  /**
   * Makes memory, or attaches to that of the same name and size.
   *
   * @throws {RangeError} If `size` is no positive whole number.
   * @throws {OutOfMemoryError} If there is no room for it. Nothing is left behind.
   * @throws {HandleError} If the name is taken by something else, or by memory of another size.
   */
  constructor(options: SharedMemoryOptions | MemoryToAttach);
  /** @internal */
  constructor(segment: Segment);
  constructor(from: SharedMemoryOptions | MemoryToAttach | Segment) {
    const segment = from instanceof Segment ? from : create(from);
    super(segment);
    this.buffer = segment.buffer;
    this.size = segment.byteLength;
    this.name = decodeURIComponent(segment.reference);
  }

  /**
   * Attaches to memory that somebody has.
   *
   * @throws {HandleError} If nobody living has it, or it is something else.
   * @throws {CorruptSegmentError} If it is no segment.
   */
  static attach(handleOrName: string): SharedMemory {
    if (typeof handleOrName === 'string' && handleOrName.startsWith('multiprocess:')) {
      const { kind, reference } = parseHandle(handleOrName);
      return new SharedMemory(Segment.attach(reference, KIND, kind));
    }
    return new SharedMemory(Segment.attach(referenceOfName(handleOrName), KIND));
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { name: this.name, size: this.size };
  }

  /**
   * Takes the name away at once: who has it keeps it, nobody else can attach any more.
   *
   * @throws {HandleError} If that was done already.
   */
  unlink(): void {
    this.openSegment().unlink();
  }
}

registerKind(KIND, (reference) => new SharedMemory(Segment.attach(reference, KIND)));

function create(options: SharedMemoryOptions | MemoryToAttach): Segment {
  const given = optionsOf<Partial<SharedMemoryOptions>>(options, '{ size: 4096 }');
  const { size } = given;
  const naming = namingOf(given);
  if (size === undefined && !naming.create) return Segment.create({ kind: KIND, byteLength: 0, ...naming }).segment;
  if (size === undefined || !Number.isSafeInteger(size) || size < 1)
    throw new RangeError(`size must be a whole number of bytes from 1 on, received ${String(size)}`);
  const { segment } = Segment.create({ kind: KIND, byteLength: size, ...naming });
  if (segment.byteLength === size) return segment;
  const found = segment.byteLength;
  segment.close();
  throw new HandleError(`The memory named ${JSON.stringify(naming.name)} has ${found} bytes, not ${size}`);
}
