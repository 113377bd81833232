import { CorruptSegmentError, park, Segment, takeTransfers } from '@multiprocess/shared-memory';
import type { TransferList } from '@multiprocess/shared-memory';
import { decode, encode, serialize } from '@multiprocess/serialization';
import type { Identity } from './identity.js';

const KIND = 'process.Launch';

// A segment that tells a child what to do, and the parent how that went. It needs no descriptor and no event loop, has no
// limit on size, keeps secrets out of arguments and environment, and outlives the child. The child unlinks it at once.
//   STATE         see below. Goes from UNTAKEN to LOADING and on to one of the others, by compare-exchange where both sides may
//   HEAD_BYTES    length of the head, which begins at FIRST_BYTE: the child's identity. Written by the parent before the start
//   BODY_BYTES    length of the body after it: the target and its arguments. To decode it, modules of the user may be needed
//   CHILD         owner id of the child's main thread, for whose end the parent can wait; 0 until the child has written it.
//                 Written by the child, before STATE leaves UNTAKEN
//   EXIT          of a child that is a thread: its exit status + 1; 0 before it exits. Written by the child, last of all
//   REPORT_BYTES  length of the child's report at REPORT, a page on its own after the body; written before STATE
//   SHIELDED      1 while the child ignores the signals that reach its whole group and has no handler for SIGTERM: the parent
//                 must use SIGKILL. Written by the child
// Why a thread that is ended early runs no code of the user: its parent changes STATE from UNTAKEN to LOST, the thread from
// UNTAKEN to LOADING, and only one of the two succeeds. If the thread succeeds, it has a life word by then, and the parent
// sees its end. If not, it finds LOST and exits.
//
// The child may write anything here, by a stray pointer too. So each side uses only lengths that it has written or checked
// itself. An impossible state or length is reported as an error of the child.
const STATE = 0;
const HEAD_BYTES = 1;
const BODY_BYTES = 2;
const REPORT_BYTES = 3;
const CHILD = 4;
const EXIT = 5;
const SHIELDED = 6;
const FIRST_BYTE = 64;

/** Reserved in advance, so that a child can report that shared memory is full. */
const SMALL_REPORT_BYTES = 8192;
const MAX_REPORT_BYTES = 1 << 20;
const PAGE_BYTES = 4096;
const ALL_WAITERS = 2 ** 31 - 1;

// Not 0: a closed segment reads as 0, which wakes the waiters.
/** The child has not begun to read what it is to do. */
const UNTAKEN = 6;
/** The child is importing its modules. */
const LOADING = 1;
/** The target has been called. */
export const CALLED = 2;
/** The child could not call the target, and has reported why. */
export const NOT_LOADED = 3;
/** The target, or code that it started, has failed, and the child has reported how. */
export const FAILED = 4;
/** The child ended before its target was called, and has reported nothing. */
export const LOST = 5;

/** The identity of a child, and what it imports first. */
export interface LaunchHead extends Omit<Identity, 'made'> {
  readonly argv: readonly string[];
  /** The module of the target, to be imported first. */
  readonly module: string | undefined;
  /** The name of the target, for people. */
  readonly task: string | undefined;
}

/** The lengths of the two parts, in bytes. */
interface Lengths {
  readonly head: number;
  readonly body: number;
}

/** What parent and child tell each other. */
export class Launch {
  readonly #segment: Segment;
  readonly #lengths: Lengths;
  /** What is transferred to the child with the body. */
  readonly transfers: TransferList | undefined;

  private constructor(segment: Segment, lengths: Lengths, transfers?: TransferList) {
    this.#segment = segment;
    this.#lengths = lengths;
    this.transfers = transfers;
  }

  /**
   * Writes down what a child is to do.
   *
   * @throws {@link SerializationError} if something in `body` cannot be serialized.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  static create(head: LaunchHead, body: unknown): Launch {
    const headBytes = serialize(head);
    const bodyBytes = encode(body);
    const transfers = takeTransfers();
    const lengths = { head: headBytes.length, body: bodyBytes.length };
    const reportStart = startOfReport(lengths);
    try {
      const { segment } = Segment.create({
        kind: KIND,
        byteLength: reportStart + MAX_REPORT_BYTES,
        reserved: reportStart + SMALL_REPORT_BYTES,
        initialise: ({ words, buffer }) => {
          words[STATE] = UNTAKEN;
          words[HEAD_BYTES] = lengths.head;
          words[BODY_BYTES] = lengths.body;
          const bytes = new Uint8Array(buffer);
          bytes.set(headBytes, FIRST_BYTE);
          bytes.set(bodyBytes, FIRST_BYTE + headBytes.length);
        },
      });
      return new Launch(segment, lengths, transfers);
    } catch (error) {
      transfers?.cancel();
      throw error;
    }
  }

  /**
   * In the child. Removes the name: the segment goes when parent and child are gone.
   *
   * @throws {@link CorruptSegmentError} if it contradicts itself.
   */
  static take(reference: string): Launch {
    const segment = Segment.attach(reference, KIND);
    segment.unlink();
    const launch = new Launch(segment, lengthsIn(segment));
    Atomics.store(segment.words, CHILD, segment.thread.self);
    if (Atomics.compareExchange(segment.words, STATE, UNTAKEN, LOADING) === UNTAKEN) launch.#wake();
    return launch;
  }

  /** What the child attaches it by. */
  get reference(): string {
    return this.#segment.reference;
  }

  get state(): number {
    return Atomics.load(this.#segment.words, STATE);
  }

  /** Whether the child has begun to read it. */
  get isTaken(): boolean {
    return this.state !== UNTAKEN;
  }

  /** What to wait for while {@link isLoading} is true of the state. */
  get whileLoading() {
    const { words } = this.#segment;
    const expected = this.state === UNTAKEN ? UNTAKEN : LOADING;
    return park(words, STATE, expected);
  }

  /** Whether the child's main thread has ended, if it got as far as {@link take}. The end of its process follows. */
  get hasChildEnded(): boolean {
    const child = Atomics.load(this.#segment.words, CHILD);
    return child !== 0 && this.#segment.thread.isDead(child);
  }

  /** What to wait for while the child runs: the wait ends with its main thread, and when this is closed. */
  get whileRunning() {
    const { words } = this.#segment;
    const owner = this.hasChildEnded ? 0 : Atomics.load(words, CHILD);
    return park(words, STATE, this.state, { owner });
  }

  get parker() {
    return this.#segment.thread.parker;
  }

  readHead(): LaunchHead {
    return decode(this.#bytes(FIRST_BYTE, this.#lengths.head), { owned: false }) as LaunchHead;
  }

  /** What {@link readBody} decodes. */
  get bodyBytes(): Uint8Array {
    return this.#bytes(FIRST_BYTE + this.#lengths.head, this.#lengths.body);
  }

  readBody(): unknown {
    return decode(this.bodyBytes, { owned: false });
  }

  /** In a child that is a thread: notes the status with which it exits. */
  noteExit(code: number): void {
    Atomics.store(this.#segment.words, EXIT, (code & 0xff) + 1);
  }

  /** The exit status that a child that is a thread has noted. */
  get exitCode(): number | undefined {
    const said = Atomics.load(this.#segment.words, EXIT);
    return said === 0 ? undefined : (said - 1) & 0xff;
  }

  /** In the parent: prevents the child from taking it. False if the child has taken it already. */
  lose(): boolean {
    if (Atomics.compareExchange(this.#segment.words, STATE, UNTAKEN, LOST) !== UNTAKEN) return false;
    this.#wake();
    return true;
  }

  /** In the child: notes whether SIGTERM has no effect on it, so that the parent must use SIGKILL. */
  noteShield(shield: 'on' | 'off'): void {
    Atomics.store(this.#segment.words, SHIELDED, shield === 'on' ? 1 : 0);
  }

  get isShielded(): boolean {
    return Atomics.load(this.#segment.words, SHIELDED) === 1;
  }

  /** Goes from UNTAKEN or LOADING to `state`, and wakes the waiters. Does nothing in another state. */
  advance(state: typeof CALLED | typeof LOST): void {
    for (const from of [UNTAKEN, LOADING]) {
      if (Atomics.compareExchange(this.#segment.words, STATE, from, state) === from) this.#wake();
    }
  }

  /** Reports why the child ends, in at most {@link MAX_REPORT_BYTES}; `brief` if there is no room for `report`. */
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

  /** Whether the child has reported something. */
  get hasReport(): boolean {
    return this.state === NOT_LOADED || this.state === FAILED;
  }

  /** In the parent, if {@link hasReport}: a copy of the child's report. */
  readReport(): Uint8Array | undefined {
    const { words } = this.#segment;
    const length = words[REPORT_BYTES]!;
    return length <= 0 || length > MAX_REPORT_BYTES ? undefined : this.#bytes(this.#reportStart, length).slice();
  }

  /** Unmaps it; waiters for the child check again. */
  close(): void {
    this.#wake();
    this.#segment.close();
  }

  #wake(): void {
    this.parker.unpark(this.#segment.words, STATE, ALL_WAITERS);
  }

  #makeRoom(byteLength: number): boolean {
    if (byteLength <= SMALL_REPORT_BYTES) return true;
    if (byteLength > MAX_REPORT_BYTES) return false;
    try {
      this.#segment.reserve(this.#reportStart + SMALL_REPORT_BYTES, byteLength - SMALL_REPORT_BYTES);
      return true;
    } catch {
      return false;
    }
  }

  get #reportStart(): number {
    return startOfReport(this.#lengths);
  }

  #bytes(start: number, length: number): Uint8Array {
    return new Uint8Array(this.#segment.buffer, start, length);
  }
}

/** Whether a child in that state has not yet called its target. */
export function isLoading(state: number): boolean {
  return state === UNTAKEN || state === LOADING;
}

function startOfReport({ head, body }: Lengths): number {
  return Math.ceil((FIRST_BYTE + head + body) / PAGE_BYTES) * PAGE_BYTES;
}

function lengthsIn({ words, byteLength, reference }: Segment): Lengths {
  const [head = 0, body = 0] = [words[HEAD_BYTES], words[BODY_BYTES]];
  if (head > 0 && body > 0 && startOfReport({ head, body }) + MAX_REPORT_BYTES === byteLength) return { head, body };
  throw new CorruptSegmentError(
    `The launch ${reference} has impossible lengths, ${head} and ${body} bytes: was it overwritten?`,
  );
}
