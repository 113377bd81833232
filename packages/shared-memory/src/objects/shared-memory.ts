import type { Description } from '../base/describe.js';
import { checkInteger } from '../arguments/check-number.js';
import { checkNaming, NAME_OPTIONS } from '../arguments/name-options.js';
import type { NameOptions } from '../arguments/name-options.js';
import { HandleError } from '../base/errors.js';
import { checkOptions } from '../arguments/check-options.js';
import { toReference } from '../segment/segment-name.js';
import { Segment } from '../segment/segment.js';
import { SegmentObject } from './segment-object.js';
import { parseHandle } from '../handles/attach.js';
import { registerSegmentClass } from './segment-class.js';

const KIND = 'shared-memory.SharedMemory';

/** How to create {@link SharedMemory}. */
export interface SharedMemoryOptions extends NameOptions {
  /** Bytes, at least 1. All of them are reserved at once. */
  readonly size: number;
}

/** How to attach to {@link SharedMemory} of another program, of any size. */
export interface MemoryToAttach {
  /** The name it was created with. */
  readonly name: string;
  readonly create: false;
}

/**
 * Memory that processes and threads share, as a `SharedArrayBuffer` that `Atomics` work on.
 *
 * It lives as long as any process has it open, also after the process that created it has ended.
 *
 * @example
 * ```ts source="../shared-memory.examples.ts#memory"
 * using memory = new SharedMemory({ size: 4096, name: 'counters' });
 * Atomics.add(new Int32Array(memory.buffer), 0, 1); // any process that has `new SharedMemory({ size: 4096, name: 'counters' })`
 * ```
 */
export class SharedMemory extends SegmentObject {
  /** The memory, zero-filled at creation. An `ArrayBuffer` on a Node that cannot make a shared one (see the guide). */
  readonly buffer: SharedArrayBuffer;
  /** Length in bytes. */
  readonly size: number;
  /** The name it was given, or a generated one. */
  readonly name: string;

  /**
   * Creates memory, or attaches to memory of the same name and size.
   *
   * @throws {@link TypeError} if an option is not of its type.
   * @throws {@link RangeError} if `size` is not a positive whole number.
   * @throws {@link OutOfMemoryError} if there is no room for it. Nothing is left behind.
   * @throws {@link HandleError} if the name is taken by something else, or by memory of another size.
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
   * Attaches to memory that a living process has open.
   *
   * @throws {@link HandleError} if no living process has it, or it is an object of another kind.
   * @throws {@link CorruptSegmentError} if the file is not a segment.
   */
  static attach(handleOrName: string): SharedMemory {
    if (typeof handleOrName === 'string' && handleOrName.startsWith('multiprocess:')) {
      const { kind, reference } = parseHandle(handleOrName);
      return new SharedMemory(Segment.attach(reference, KIND, kind));
    }
    return new SharedMemory(Segment.attach(toReference(handleOrName), KIND));
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { name: this.name, size: this.size };
  }

  /**
   * Removes the name at once. Processes that have the memory keep it; no other process can attach.
   *
   * @throws {@link HandleError} if the name was removed already.
   */
  unlink(): void {
    this.openSegment().unlink();
  }
}

registerSegmentClass(KIND, SharedMemory);

function create(options: SharedMemoryOptions | MemoryToAttach): Segment {
  const given = checkOptions<Partial<SharedMemoryOptions>>(options, '{ size: 4096 }', [...NAME_OPTIONS, 'size']);
  const { size } = given;
  const naming = checkNaming(given);
  if (size === undefined && !naming.create) return Segment.create({ kind: KIND, byteLength: 0, ...naming }).segment;
  const byteLength = checkInteger('size', size, { min: 1, unit: 'bytes' });
  const { segment } = Segment.create({ kind: KIND, byteLength, ...naming });
  if (segment.byteLength === size) return segment;
  const found = segment.byteLength;
  segment.close();
  throw new HandleError(`The memory named ${JSON.stringify(naming.name)} has ${found} bytes, not ${size}`);
}
