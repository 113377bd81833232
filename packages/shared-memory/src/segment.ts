import { join } from 'node:path';
import { inspect } from 'node:util';
import { tellOf } from './diagnostics.js';
import { HandleError } from './errors.js';
import { mapForeignBy, rememberMapping } from './mapped-words.js';
import { lostObject, refuseLostName } from './lost-files.js';
import { LocalHandle, isLocalHandle } from './local-handle.js';
import { localThread } from './local-thread.js';
import { hasNative, native } from './platform.js';
import type { MemoryRange } from './segment-part.js';
import { isRandomName, randomName } from './random.js';
import { sweepSometimes } from './sweep.js';
import { SEGMENT_FILE_PREFIX, createFile, noRoom, openFile, openLostFile, unlinkFile } from './segment-file.js';
import type { MappedFile } from './segment-file.js';
import { HEADER_BYTES, writeHeader } from './segment-header.js';
import { shownName } from './shown-name.js';
import { thisThread } from './this-thread.js';
import type { Thread } from './thread.js';

/** What to make a segment of. */
export interface SegmentPlan {
  /** `<package>.<Class>`, at most 32 ASCII characters. */
  readonly kind: string;
  /** Bytes of the object, of which what is not reserved costs nothing until it is. */
  readonly byteLength: number;
  /** Bytes from the start that can be touched at once. Default: all. */
  readonly reserved?: number;
  /** The user's name for it; without one it gets an unguessable one. */
  readonly name?: string | undefined;
  /** false: only attach to the one of that name, of whatever size. Default: true. */
  readonly create?: boolean;
  /** Whether others shall reach it although its file is removed by others; costs a descriptor. Default: no. */
  readonly reachable?: boolean;
  /** Writes what a new object starts with, before anybody else can see it. */
  readonly initialise?: (segment: Segment) => void;
}

/** The name of a lock that goes with values, which follows from theirs; see cell-lock.ts of the package `values`. */
const LOCK_OF_VALUES = /^lock-of-[\da-f]{64}$/;
const REFERENCE = /^[^\0/]{1,200}$/;

/**
 * A piece of memory that several processes map, with the file that lends it its name.
 *
 * It lives as long as some process has it. It goes with the last process that closes it or ends; where that one was
 * killed, with the next sweep.
 */
export class Segment implements MemoryRange {
  readonly kind: string;
  readonly byteOffset = 0;
  readonly byteLength: number;
  /** The name of its file; what a handle leads back by. */
  readonly reference: string;
  readonly thread: Thread;
  /** All of the object, without the header. */
  readonly buffer: SharedArrayBuffer;
  /** The object as words; index 0 is its own first word. */
  readonly words: Int32Array;
  /** What handles it between threads where there is no native part; typed as the string that it is everywhere else. */
  readonly localHandle: string | undefined;
  /** None where it is a plain buffer between threads. */
  readonly #file: MappedFile | undefined;
  /** Objects that this one is of no use without: they live here at least as long. */
  readonly #companions: unknown[] = [];
  #open = true;

  private constructor(kind: string, reference: string, buffer: SharedArrayBuffer, file?: MappedFile) {
    this.kind = kind;
    this.reference = reference;
    this.byteLength = buffer.byteLength;
    this.#file = file;
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
    if (file !== undefined) {
      this.thread = thisThread();
    } else {
      const thread = localThread();
      this.thread = thread;
      this.localHandle = new LocalHandle(kind, buffer, thread.ended) as unknown as string;
    }
  }

  static #mapped(file: MappedFile, kind: string, reference: string, byteLength: number, seed: number): Segment {
    const buffer = native().buffer(file.segment, HEADER_BYTES, byteLength);
    const segment = new Segment(kind, reference, buffer, file);
    rememberMapping(buffer, { segment: file.segment, start: HEADER_BYTES, seed, keeper: segment });
    return segment;
  }

  /** Between the threads of this process: the same words in a plain buffer. */
  static #createLocal({ kind, byteLength, name, initialise }: SegmentPlan): Segment {
    if (name !== undefined) native(); // throws: there is nobody else to meet
    const segment = new Segment(kind, 'local', new SharedArrayBuffer(byteLength));
    initialise?.(segment);
    return segment;
  }

  /**
   * Makes a segment, or attaches to the one of that name and kind.
   *
   * @throws {HandleError} If the name is taken by another kind or size, or belongs to another registry; with `create: false` if
   * there is none.
   * @throws {OutOfMemoryError} If there is no room for what is to be reserved. Nothing is left behind.
   */
  static create(plan: SegmentPlan): { segment: Segment; created: boolean } {
    if (plan.create === false && plan.name !== undefined) {
      return { segment: Segment.#attachNamed(plan.name, plan.kind), created: false };
    }
    if (!hasNative()) return { segment: Segment.#createLocal(plan), created: true };
    const { registry } = thisThread();
    sweepSometimes(registry);
    const { name = randomName() } = plan;
    const reference = referenceOfName(name);
    const fileBytes = plan.byteLength + HEADER_BYTES;
    if (plan.name !== undefined) refuseLostName(registry, name, fileName(reference));
    for (;;) {
      const seed = Math.floor(Math.random() * 2 ** 32) | 0;
      let segment: Segment | undefined;
      const file = createFile(registry.directory, fileName(reference), {
        byteLength: fileBytes,
        reserved: HEADER_BYTES + (plan.reserved ?? plan.byteLength),
        reachable: plan.reachable ?? false,
        initialise: (made) => {
          const header = { kind: plan.kind, byteLength: fileBytes, seed, registry: registry.id, creator: process.pid };
          // The object's own buffer first: when the last buffer of a mapping is collected, so is the mapping.
          segment = Segment.#mapped(made, plan.kind, reference, plan.byteLength, seed);
          writeHeader(new Uint8Array(native().buffer(made.segment, 0, HEADER_BYTES)), header);
          plan.initialise?.(segment);
        },
      });
      if (file !== undefined && segment !== undefined) {
        tellOf('create', segment);
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
   * @throws {HandleError} If nobody living has it, or it is of another kind or registry.
   * @throws {CorruptSegmentError} If the file is no segment.
   */
  static attach(reference: string, kind: string, claimed = kind): Segment {
    if (claimed !== kind) throw new HandleError(`The handle stands for a ${claimed}, not for a ${kind}`);
    const local: unknown = reference;
    if (isLocalHandle(local)) {
      localThread(local.ended);
      const segment = new Segment(kind, 'local', local.buffer);
      segment.companion = local.companion;
      return segment;
    }
    const found = Segment.#find(reference, kind);
    if (found === undefined)
      throw new HandleError(`There is no ${kind} ${shownName(reference)} any more: ${whyGone()}`);
    return found;
  }

  static #attachNamed(name: string, kind: string): Segment {
    const found = Segment.#find(referenceOfName(name), kind);
    if (found !== undefined) return found;
    throw new HandleError(
      `There is no ${kind} named ${JSON.stringify(name)}: it has not been made yet, or every process that had it has ended`,
    );
  }

  static #find(reference: string, kind: string): Segment | undefined {
    if (!REFERENCE.test(reference)) throw new HandleError(`${shownName(reference)} leads to no segment`);
    const { registry } = thisThread();
    const how = { reachable: false };
    let file = openFile(registry.directory, fileName(reference), how);
    if (file === undefined) {
      const through = lostObject(registry, fileName(reference));
      if (through === undefined) return undefined;
      file = openLostFile(through, join(registry.directory, fileName(reference)), how);
    }
    if (file === undefined) return undefined;
    const { header } = file;
    const refuse = (message: string): never => {
      native().unmap(file.segment);
      throw new HandleError(message);
    };
    if (header.kind !== kind) refuse(`${shownName(reference)} is a ${header.kind}, not a ${kind}`);
    if (header.registry !== registry.id)
      refuse(
        `${file.path} belongs to another registry than ${registry.directory} has now: the directory was emptied or replaced under running programs. End those first`,
      );
    const segment = Segment.#mapped(file, kind, reference, header.byteLength - HEADER_BYTES, header.seed);
    tellOf('attach', segment);
    return segment;
  }

  /** Without a native part: the handle of another object that travels with this one's. */
  get companion(): string | undefined {
    return (this.localHandle as unknown as LocalHandle | undefined)?.companion;
  }

  set companion(handle: string | undefined) {
    if (this.localHandle !== undefined) (this.localHandle as unknown as LocalHandle).companion = handle;
  }

  /** The name that a user gave it; undefined if it has one that only handles know. */
  get givenName(): string | undefined {
    const isOurs = this.#file === undefined || isRandomName(this.reference) || LOCK_OF_VALUES.test(this.reference);
    return isOurs ? undefined : decodeURIComponent(this.reference);
  }

  /** Whether it has not been closed in this thread. */
  get isOpen(): boolean {
    return this.#open;
  }

  /**
   * Makes sure that bytes of the object can be touched. They must not have been reserved before.
   *
   * @throws {OutOfMemoryError} If there is no room. Nothing is reserved then.
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

  /** Keeps an object of this thread from being collected before this segment is. */
  holdOn(companion: unknown): void {
    if (!this.#companions.includes(companion)) this.#companions.push(companion);
  }

  /** Keeps it for others although nobody here refers to it any more, until it is closed or the thread ends. */
  keep(): void {
    if (this.#file !== undefined) kept.add(this);
  }

  /**
   * Takes the name away at once; who has it keeps it, nobody else finds it.
   *
   * @throws {HandleError} If it has lost its name already.
   */
  unlink(): void {
    if (this.#file !== undefined) unlinkFile(this.#file);
  }

  /** Lets go of it in this thread. What is read through it afterwards is zero. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    kept.delete(this);
    this.#companions.length = 0;
    if (this.#file !== undefined) native().unmap(this.#file.segment);
    tellOf('close', this);
  }
}

mapForeignBy(({ reference, kind }) => Segment.attach(reference, kind).buffer);

// Segments that were sent elsewhere: a receiver that has not attached yet would find them gone if the sender's copy was
// garbage-collected. One set a thread; it empties by close() and with the thread.
const kept = new Set<Segment>();

/**
 * What a handle says of an object with that name: the name as it stands in a URL.
 *
 * @throws {TypeError} If it is no string.
 * @throws {RangeError} If it is empty, too long for a file's name, or no well-formed text.
 */
export function referenceOfName(name: string): string {
  const given: unknown = name;
  if (typeof given !== 'string') throw new TypeError(`name must be a string, received ${inspect(given, { depth: 0 })}`);
  const reference = /\p{Surrogate}/u.test(name) ? '' : encodeURIComponent(name); // which throws for half of a pair
  if (!REFERENCE.test(reference)) {
    throw new RangeError(
      `name must have 1 to 200 characters once encoded as in a URL, received ${JSON.stringify(name)}`,
    );
  }
  return reference;
}

function whyGone(): string {
  const { registry } = thisThread();
  return registry.isLost
    ? `${registry.directory} was emptied or replaced under running programs, and its file with it`
    : 'nobody living has it';
}

/** Apart from the other files of the directory, whatever the user calls his objects. */
function fileName(reference: string): string {
  return SEGMENT_FILE_PREFIX + reference;
}
