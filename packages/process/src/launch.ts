import { Segment, takeParcels } from '@multiprocess/shared-memory';
import type { Parcels } from '@multiprocess/shared-memory';
import { decode, encode, serialize } from '@multiprocess/serialization';
import type { Identity } from './identity.js';

const KIND = 'process.Launch';

// How a child gets to know what to do, and its parent how that went: a segment of their own. No descriptor, no stream
// that an event loop must read, no limit on size, nothing secret in arguments or environment; what the child has
// reported is still there when it has been killed. The child takes the name away as soon as it has it.
//   STATE         see below. Changed once or twice, by compare-exchange where both sides may
//   HEAD_BYTES    length of the head, which begins at FIRST_BYTE: who the child is. Written by the parent before the start
//   BODY_BYTES    length of the body after it: what to call with what, which only the modules of the user can decode
//   CHILD         owner id of the child's main thread, whose end the parent can wait for; 0 before the child has come so far.
//                 Written by the child
//   EXIT          exit status + 1 of a child that is a thread; 0 if it has not said so. Written by it, last of all
//   REPORT_BYTES  length of the child's report at REPORT, a page on its own after the body; written before STATE
const STATE = 0;
const HEAD_BYTES = 1;
const BODY_BYTES = 2;
const REPORT_BYTES = 3;
const CHILD = 4;
const EXIT = 5;
const FIRST_BYTE = 64;

/** Got in advance, so that a child can say that shared memory is full. */
const SMALL_REPORT_BYTES = 8192;
const MOST_REPORT_BYTES = 1 << 20;
const PAGE_BYTES = 4096;
const EVERYBODY = 2 ** 31 - 1;

/** The child is importing its modules. Not 0, which is what a closed segment reads as: whoever waits then wakes. */
export const LOADING = 1;
/** The target has been called. */
export const CALLED = 2;
/** The child could not get that far, and has reported why. */
export const NOT_LOADED = 3;
/** The target, or something that it left behind, has failed, and the child has reported how. */
export const FAILED = 4;
/** The child ended before its target was called, and has reported nothing. */
export const LOST = 5;

/** Who a child is. */
export interface LaunchHead extends Omit<Identity, 'made'> {
  readonly argv: readonly string[];
  /** The module of the target, to be imported first. */
  readonly module: string | undefined;
}

/** What the parent hands to its child, and the child back. */
export class Launch {
  readonly #segment: Segment;
  /** What the body gives to the child. */
  readonly parcels: Parcels | undefined;

  private constructor(segment: Segment, parcels?: Parcels) {
    this.#segment = segment;
    this.parcels = parcels;
  }

  /**
   * Puts down what a child is to do.
   *
   * @throws {SerializationError} If something cannot be carried; its path begins in `body`.
   * @throws {OutOfMemoryError} If shared memory is full.
   */
  static create(head: LaunchHead, body: unknown): Launch {
    const headBytes = serialize(head);
    const bodyBytes = encode(body);
    const parcels = takeParcels();
    const reportStart = startOfReport(headBytes.length, bodyBytes.length);
    try {
      const { segment } = Segment.create({
        kind: KIND,
        byteLength: reportStart + MOST_REPORT_BYTES,
        reserved: reportStart + SMALL_REPORT_BYTES,
        initialise: ({ words, buffer }) => {
          words[STATE] = LOADING;
          words[HEAD_BYTES] = headBytes.length;
          words[BODY_BYTES] = bodyBytes.length;
          const bytes = new Uint8Array(buffer);
          bytes.set(headBytes, FIRST_BYTE);
          bytes.set(bodyBytes, FIRST_BYTE + headBytes.length);
        },
      });
      return new Launch(segment, parcels);
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
  }

  /** In the child. From now on nobody else finds it, and nothing is left of it when both are gone. */
  static take(reference: string): Launch {
    const segment = Segment.attach(reference, KIND);
    segment.unlink();
    Atomics.store(segment.words, CHILD, segment.thread.self);
    return new Launch(segment);
  }

  /** How the child finds it. */
  get reference(): string {
    return this.#segment.reference;
  }

  get state(): number {
    return Atomics.load(this.#segment.words, STATE);
  }

  /** What to wait for as long as the state is {@link LOADING}. */
  get whileLoading() {
    return {
      kind: 'park',
      words: this.#segment.words,
      index: STATE,
      expected: LOADING,
      owner: 0,
      brief: false,
    } as const;
  }

  /** Whether the child's main thread has ended, as far as it had got anywhere; a process is about to, if it has not yet. */
  get hasChildEnded(): boolean {
    const child = Atomics.load(this.#segment.words, CHILD);
    return child !== 0 && this.#segment.thread.isDead(child);
  }

  /** Whether the child has come so far as to take it. */
  get isTaken(): boolean {
    return Atomics.load(this.#segment.words, CHILD) !== 0;
  }

  /** What to wait for as long as the child runs: ends when its main thread does, and when this is closed. */
  get whileRunning() {
    const { words } = this.#segment;
    const owner = this.hasChildEnded ? 0 : Atomics.load(words, CHILD);
    return { kind: 'park', words, index: STATE, expected: this.state, owner, brief: false } as const;
  }

  get parker() {
    return this.#segment.thread.parker;
  }

  readHead(): LaunchHead {
    return decode(this.#bytes(FIRST_BYTE, this.#segment.words[HEAD_BYTES]!), { owned: false }) as LaunchHead;
  }

  /** What {@link readBody} decodes. */
  get bodyBytes(): Uint8Array {
    const { words } = this.#segment;
    return this.#bytes(FIRST_BYTE + words[HEAD_BYTES]!, words[BODY_BYTES]!);
  }

  readBody(): unknown {
    return decode(this.bodyBytes, { owned: false });
  }

  /** In a child that is a thread, when it ends by itself. */
  noteExit(code: number): void {
    Atomics.store(this.#segment.words, EXIT, (code & 0xff) + 1);
  }

  /** What a child that is a thread has said its exit status is. */
  get exitCode(): number | undefined {
    const said = Atomics.load(this.#segment.words, EXIT);
    return said === 0 ? undefined : said - 1;
  }

  /** Leaves LOADING, and wakes whoever waits for that. Does nothing if somebody else was first. */
  advance(state: typeof CALLED | typeof LOST): void {
    if (Atomics.compareExchange(this.#segment.words, STATE, LOADING, state) === LOADING) this.#wake();
  }

  /** The child's last words, at most {@link MOST_REPORT_BYTES}; `brief` if there is no room for `report`. */
  report(state: typeof NOT_LOADED | typeof FAILED, report: Uint8Array, brief: () => Uint8Array): void {
    const bytes = this.#makeRoom(report.length) ? report : brief();
    const { words, buffer } = this.#segment;
    if (bytes.length <= SMALL_REPORT_BYTES || bytes === report) {
      new Uint8Array(buffer).set(bytes, this.#reportStart);
      words[REPORT_BYTES] = bytes.length;
    }
    Atomics.store(words, STATE, state);
    this.#wake();
  }

  /** In the parent, when the state says that there is one: a copy of the child's report. */
  readReport(): Uint8Array | undefined {
    const { words } = this.#segment;
    const length = words[REPORT_BYTES]!;
    return length <= 0 || length > MOST_REPORT_BYTES ? undefined : this.#bytes(this.#reportStart, length).slice();
  }

  /** Lets go of it; whoever waits for the child looks again. */
  close(): void {
    this.#wake();
    this.#segment.close();
  }

  #wake(): void {
    this.parker.unpark(this.#segment.words, STATE, EVERYBODY);
  }

  #makeRoom(byteLength: number): boolean {
    if (byteLength <= SMALL_REPORT_BYTES) return true;
    if (byteLength > MOST_REPORT_BYTES) return false;
    try {
      this.#segment.reserve(this.#reportStart + SMALL_REPORT_BYTES, byteLength - SMALL_REPORT_BYTES);
      return true;
    } catch {
      return false;
    }
  }

  get #reportStart(): number {
    const { words } = this.#segment;
    return startOfReport(words[HEAD_BYTES]!, words[BODY_BYTES]!);
  }

  #bytes(start: number, length: number): Uint8Array {
    return new Uint8Array(this.#segment.buffer, start, length);
  }
}

function startOfReport(headBytes: number, bodyBytes: number): number {
  return Math.ceil((FIRST_BYTE + headBytes + bodyBytes) / PAGE_BYTES) * PAGE_BYTES;
}
