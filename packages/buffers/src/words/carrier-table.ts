import type { Carrier } from '@multiprocess/shared-memory';
import { CARRIER_WORDS, carrierIndex, CARRIERS } from './pool-layout.js';

// The rings that chunks were put into, so that any thread can ask them what became of a message whose sender or receiver is dead.
// A carrier: a word with the number of bytes of its name, then the name, `<kind>:<reference>:<byte of the ring>` in UTF-8. Written
// under MUTEX: the name first, its length second, so that a name is complete once it has a length. A carrier is replaced only
// when its segment is gone, so a thread that has the ring open may remember its number. After a crash: a carrier without a length
// is free.
const NAME_BYTES = (CARRIER_WORDS - 1) * 4;

/** The names of rings, in shared memory. */
export class CarrierTable {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(words: Int32Array) {
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  }

  /** The carrier with that number; undefined if there is none, or it is damaged. */
  at(number: number): Carrier | undefined {
    const name = this.#nameAt(number);
    const parts = name?.split(':') ?? [];
    const [kind = '', reference = ''] = parts;
    const byteOffset = Number(parts[2]);
    if (parts.length !== 3 || !Number.isSafeInteger(byteOffset) || byteOffset < 0) return undefined;
    return { kind, reference, byteOffset };
  }

  /**
   * The number of a carrier; it is added if it is not there. Under MUTEX.
   *
   * @param isGone whether the segment of a carrier is gone, asked if there is no room
   * @returns -1 if there is no room for it
   */
  add({ kind, reference, byteOffset }: Carrier, isGone: (number: number) => boolean): number {
    const name = `${kind}:${reference}:${byteOffset}`;
    let free = -1;
    for (let number = 0; number < CARRIERS; number++) {
      const found = this.#nameAt(number);
      if (found === name) return number;
      if (found === undefined && free < 0) free = number;
    }
    if (Buffer.byteLength(name) > NAME_BYTES) return -1;
    for (let number = 0; free < 0 && number < CARRIERS; number++) if (isGone(number)) free = number;
    if (free >= 0) this.#write(free, name);
    return free;
  }

  #nameAt(number: number): string | undefined {
    if (number < 0 || number >= CARRIERS) return undefined;
    const index = carrierIndex(number);
    const length = Atomics.load(this.#words, index);
    if (length <= 0 || length > NAME_BYTES) return undefined;
    const start = (index + 1) * 4;
    return Buffer.from(this.#bytes.slice(start, start + length)).toString();
  }

  #write(number: number, name: string): void {
    const index = carrierIndex(number);
    const bytes = Buffer.from(name);
    Atomics.store(this.#words, index, 0);
    this.#bytes.set(bytes, (index + 1) * 4);
    Atomics.store(this.#words, index, bytes.length);
  }
}
