import { park, Segment, waitSync } from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';

const KIND = 'process.SpareSlot';

// A spare is a child that has been booted in advance. It waits here for its launch:
//   STATE   BOOTING, READY or GIVEN. The child goes from BOOTING to READY, the parent from either to GIVEN, both by
//           compare-exchange; GIVEN is final. A closed segment reads as 0
//   BYTES   length of the launch's reference, which begins at FIRST_BYTE. Written by the parent, before GIVEN
// Why no wake is lost: the child sleeps while STATE is READY, and the kernel compares it as it puts it to sleep. A spare
// ends with its parent.
const STATE = 0;
const BYTES = 1;
const FIRST_BYTE = 64;
const MAX_BYTES = 256;

const BOOTING = 1;
const READY = 2;
const GIVEN = 3;

/** What a parent and one of its spares share. */
export class SpareSlot {
  readonly #segment: Segment;

  private constructor(segment: Segment) {
    this.#segment = segment;
  }

  /** @throws {@link OutOfMemoryError} if shared memory is full. */
  static create(): SpareSlot {
    const { segment } = Segment.create({
      kind: KIND,
      byteLength: FIRST_BYTE + MAX_BYTES,
      initialise: ({ words }) => {
        words[STATE] = BOOTING;
      },
    });
    segment.keep();
    return new SpareSlot(segment);
  }

  /** In the spare: attaches, and removes the name. */
  static take(reference: string): SpareSlot {
    const segment = Segment.attach(reference, KIND);
    segment.unlink();
    return new SpareSlot(segment);
  }

  get reference(): string {
    return this.#segment.reference;
  }

  get isReady(): boolean {
    return Atomics.load(this.#segment.words, STATE) === READY;
  }

  /** In the parent: what to wait for while the spare boots. */
  get whileBooting() {
    return this.#while(BOOTING);
  }

  get parker() {
    return this.#segment.thread.parker;
  }

  /** In the parent, once: gives the spare its launch. */
  give(launch: string): void {
    const { words, buffer } = this.#segment;
    const bytes = new TextEncoder().encode(launch);
    new Uint8Array(buffer, FIRST_BYTE, MAX_BYTES).set(bytes);
    words[BYTES] = bytes.length;
    if (Atomics.compareExchange(words, STATE, BOOTING, GIVEN) !== BOOTING) Atomics.store(words, STATE, GIVEN);
    this.parker.unpark(words, STATE, 1);
  }

  /** In the spare: blocks until it gets its launch, and returns its reference. */
  receive(): string {
    const { words, buffer } = this.#segment;
    Atomics.compareExchange(words, STATE, BOOTING, READY);
    this.parker.unpark(words, STATE, 1);
    waitSync(this.parker, this.#receiving(), Infinity);
    const length = Math.min(Math.max(0, words[BYTES]!), MAX_BYTES);
    const launch = Buffer.from(new Uint8Array(buffer, FIRST_BYTE, length)).toString();
    this.close();
    return launch;
  }

  *#receiving(): Coroutine<true> {
    while (Atomics.load(this.#segment.words, STATE) !== GIVEN) yield this.#while(READY);
    return true;
  }

  #while(expected: number) {
    return park(this.#segment.words, STATE, expected);
  }

  close(): void {
    this.#segment.close();
  }
}
