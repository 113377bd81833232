import { tellOf } from '../base/diagnostics.js';
import { HandleError } from '../base/errors.js';
import { mapForeignBy, rememberMapping } from '../wait/mapped-words.js';
import { refuseLostName } from '../thread/lost-files.js';
import { isLocalHandle, LocalHandle, typedAsString } from '../handles/local-handle.js';
import { localThread } from '../thread/local-thread.js';
import { newBytes } from '../platform/new-bytes.js';
import { hasNative, native } from '../platform/platform.js';
import { ObjectMemory } from './object-memory.js';
import type { ObjectPlan } from './object-memory.js';
import type { ObjectPlace } from '../wait/mapped-words.js';
import { findFile, whyGone } from './find-file.js';
import { givenName, segmentFileName, toReference } from './segment-name.js';
import type { MemoryRange } from './segment-part.js';
import { randomName } from '../base/random.js';
import { sweepSometimes } from '../thread/sweep.js';
import { createFile, noRoom, unlinkFile } from '../files/segment-file.js';
import type { MappedFile } from '../files/segment-file.js';
import { HEADER_BYTES, writeHeader } from '../files/segment-header.js';
import { shownName } from '../handles/shown-name.js';
import { isCellSize } from '../cells/cell-sizes.js';
import { thisThread } from '../thread/this-thread.js';
import type { Thread } from '../wait/thread.js';

/** What to make a segment of. */
export interface SegmentPlan extends Omit<ObjectPlan, 'initialise'> {
  /** How many bytes from the start are reserved at once, so that they can be used. Others cost nothing. Default: all. */
  readonly reserved?: number;
  /** For a slab: bytes of each of its cells. Diagnostics tell of the objects in a slab, not of the slab. */
  readonly cellBytes?: number;
  /** Whether other processes can still open it after its file was removed. Costs a descriptor. Default: no. */
  readonly reachable?: boolean;
  /** Writes the first content, before any other thread can open it. */
  readonly initialise?: (segment: Segment) => void;
}

/**
 * A piece of memory that several processes map: a file, whose name leads to it.
 *
 * It lives as long as a process has it. The last process that closes it or ends removes it; if that process was killed,
 * the next sweep does.
 */
export class Segment extends ObjectMemory implements MemoryRange {
  readonly kind: string;
  readonly byteOffset = 0;
  readonly firstWord = 0;
  readonly byteLength: number;
  /** The name of its file without the prefix: the last part of its handle. */
  readonly reference: string;
  readonly thread: Thread;
  /** All of the object, without the header. */
  readonly buffer: SharedArrayBuffer;
  /** The object as words; index 0 is its own first word. */
  readonly words: Int32Array;
  /** Bytes of a cell, where it is a slab; else 0. */
  readonly cellBytes: number;
  /** @internal Of a slab: the object that a word is in. */
  objectAt: ((index: number) => ObjectPlace | undefined) | undefined;
  readonly #localHandle: LocalHandle | undefined;
  /** undefined for a plain buffer between threads. */
  readonly #file: MappedFile | undefined;

  private constructor(
    { kind, reference, cellBytes = 0 }: Pick<SegmentPlan, 'kind' | 'cellBytes'> & { readonly reference: string },
    buffer: SharedArrayBuffer,
    file?: MappedFile,
  ) {
    super();
    this.kind = kind;
    this.reference = reference;
    this.cellBytes = cellBytes;
    this.byteLength = buffer.byteLength;
    this.#file = file;
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
    if (file !== undefined) {
      this.thread = thisThread();
    } else {
      const thread = localThread();
      this.thread = thread;
      this.#localHandle = new LocalHandle(kind, buffer, thread.ended);
    }
  }

  static #mapped(
    file: MappedFile,
    what: Pick<SegmentPlan, 'kind' | 'cellBytes' | 'byteLength'> & {
      readonly reference: string;
      readonly seed: number;
    },
  ): Segment {
    const buffer = native().buffer(file.segment, HEADER_BYTES, what.byteLength);
    const segment = new Segment(what, buffer, file);
    rememberMapping(buffer, { segment: file.segment, start: HEADER_BYTES, seed: what.seed, keeper: segment });
    return segment;
  }

  /** Between the threads of this process: the same words in a plain buffer. */
  static #createLocal({ kind, byteLength, name, initialise }: SegmentPlan): Segment {
    if (name !== undefined) native(); // throws: a name is for other processes
    const segment = new Segment({ kind, reference: 'local' }, new SharedArrayBuffer(byteLength));
    initialise?.(segment);
    return segment;
  }

  /**
   * Creates a segment, or attaches to the one of that name and kind.
   *
   * @throws {@link HandleError} if the name is taken by another kind or size, or belongs to another registry; with `create: false`,
   * if there is none.
   * @throws {@link OutOfMemoryError} if there is no memory for what is to be reserved. Nothing is left behind.
   */
  static create(plan: SegmentPlan): { segment: Segment; created: boolean } {
    if (plan.create === false && plan.name !== undefined) {
      return { segment: Segment.#attachNamed(plan.name, plan.kind), created: false };
    }
    if (!hasNative()) return { segment: Segment.#createLocal(plan), created: true };
    const { registry } = thisThread();
    sweepSometimes(registry);
    const { kind, cellBytes = 0, byteLength, name = randomName() } = plan;
    const reference = toReference(name);
    const fileBytes = plan.byteLength + HEADER_BYTES;
    const fileName = segmentFileName(reference);
    if (plan.name !== undefined) refuseLostName(registry, name, fileName);
    for (;;) {
      const seed = Math.floor(Math.random() * 2 ** 32) | 0;
      let segment: Segment | undefined;
      const file = createFile(registry.directory, fileName, {
        byteLength: fileBytes,
        reserved: HEADER_BYTES + (plan.reserved ?? plan.byteLength),
        reachable: plan.reachable ?? false,
        initialise: (made) => {
          const creator = process.pid;
          const header = { kind, byteLength: fileBytes, seed, registry: registry.id, creator, cellBytes };
          // The object's own buffer first: when the last buffer of a mapping is collected, so is the mapping.
          segment = Segment.#mapped(made, { kind, reference, byteLength, seed, cellBytes });
          writeHeader(new Uint8Array(native().buffer(made.segment, 0, HEADER_BYTES)), header);
          plan.initialise?.(segment);
        },
      });
      if (file !== undefined && segment !== undefined) {
        if (cellBytes === 0) tellOf('create', segment);
        return { segment, created: true };
      }
      const found = Segment.#find(reference, plan.kind);
      if (found === undefined) continue; // it was an orphan, or has just gone
      if (found.byteLength !== plan.byteLength) {
        found.close();
        throw new HandleError(
          `The ${plan.kind} named ${JSON.stringify(plan.name)} has ${found.byteLength} bytes, not ${plan.byteLength}`,
        );
      }
      return { segment: found, created: false };
    }
  }

  /**
   * Attaches to the segment that a handle or name leads to.
   *
   * @param claimed what the handle says it is, where it is a handle: another kind is refused before anything is opened
   * @throws {@link HandleError} if no living process has it, or it is of another kind or registry.
   * @throws {@link CorruptSegmentError} if the file is not a segment.
   */
  static attach(reference: string, kind: string, claimed = kind): Segment {
    if (claimed !== kind) throw new HandleError(`The handle stands for a ${claimed}, not for a ${kind}`);
    const local: unknown = reference;
    if (isLocalHandle(local)) {
      localThread(local.ended);
      const segment = new Segment({ kind, reference: 'local' }, local.buffer);
      segment.companion = local.companion;
      return segment;
    }
    const found = Segment.#find(reference, kind);
    if (found === undefined) throw new HandleError(`The ${kind} ${shownName(reference)} is gone: ${whyGone()}`);
    return found;
  }

  static #attachNamed(name: string, kind: string): Segment {
    const found = Segment.#find(toReference(name), kind);
    if (found !== undefined) return found;
    throw new HandleError(
      `There is no ${kind} named ${JSON.stringify(name)}: it has not been created yet, or every process that had it has ended`,
    );
  }

  /**
   * Maps the slab of that name. The caller then attaches to objects in it.
   *
   * @returns undefined if no living process has it
   * @throws {@link HandleError} if it is of another registry, or of another kind than `kind`, if that is given.
   * @throws {@link CorruptSegmentError} if the file is not a segment.
   */
  static openSlab(reference: string, kind: string | undefined): Segment | undefined {
    return Segment.#find(reference, kind, isCellSize);
  }

  static #find(
    reference: string,
    kind: string | undefined,
    isExpected = (cellBytes: number): boolean => cellBytes === 0,
  ): Segment | undefined {
    const file = findFile(reference, kind, isExpected);
    if (file === undefined) return undefined;
    const { header } = file;
    const { cellBytes, seed } = header;
    const byteLength = header.byteLength - HEADER_BYTES;
    const segment = Segment.#mapped(file, { kind: header.kind, reference, byteLength, seed, cellBytes });
    if (cellBytes === 0) tellOf('attach', segment);
    return segment;
  }

  override get localHandle(): string | undefined {
    return this.#localHandle && typedAsString(this.#localHandle);
  }

  override get companion(): string | undefined {
    return this.#localHandle?.companion;
  }

  override set companion(handle: string | undefined) {
    if (this.#localHandle !== undefined) this.#localHandle.companion = handle;
  }

  override get givenName(): string | undefined {
    return this.#file && givenName(this.reference);
  }

  /**
   * Reserves memory for bytes of the object, so that they can be used. They must not have been reserved before.
   *
   * @throws {@link OutOfMemoryError} if there is no room. Nothing is reserved then.
   */
  reserve(offset: number, byteLength: number): void {
    if (this.#file === undefined) return;
    const status = native().reserve(this.#file.segment, HEADER_BYTES + offset, byteLength);
    if (status < 0) throw noRoom(status, this.#file.path, byteLength);
  }

  /** Gives whole pages among these bytes back to the system. They read as zero until they are reserved again. */
  giveBack(offset: number, byteLength: number): void {
    if (this.#file !== undefined) native().giveBack(this.#file.segment, HEADER_BYTES + offset, byteLength);
  }

  newBytes(byteLength: number): Uint8Array<ArrayBuffer> {
    return newBytes(byteLength);
  }

  /**
   * A buffer of its own over bytes of the object, so that the garbage collector tells when nothing refers to them any more.
   *
   * @throws {@link UnsupportedPlatformError} without a native part.
   */
  bufferOver(offset: number, byteLength: number): SharedArrayBuffer {
    return native().buffer(this.#file?.segment ?? 0, HEADER_BYTES + offset, byteLength);
  }

  /**
   * Removes the name at once. Threads that have the segment keep it; no other finds it.
   *
   * @throws {@link HandleError} if it has lost its name already.
   */
  unlink(): void {
    if (this.#file !== undefined) unlinkFile(this.#file);
  }

  /** Does nothing: the mapping is collected with the last buffer over it. */
  override closeAfter(): void {}

  /** Afterwards, views of the memory read zeros. */
  protected override letGo(): void {
    if (this.#file !== undefined) native().unmap(this.#file.segment);
    if (this.cellBytes === 0) tellOf('close', this);
  }
}

mapForeignBy(({ reference, kind }) => Segment.attach(reference, kind).buffer);
