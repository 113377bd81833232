/** As many as `BITS_SHIFT` of a mixed hash can name: 32 KiB. */
const BITS_SHIFT = 18;
/** After so many, about an eighth of the bits are set, and all are cleared. */
const MOST = 2 ** 15;

/**
 * Remembers what was seen lately, in a fixed memory, as one bit for each thing: the doorkeeper of TinyLFU (G. Einziger, R. Friedman,
 * B. Manes, ACM ToS 2017). Two things may share a bit. It is a guess.
 */
export class Sightings {
  #bits: Int32Array | undefined;
  #count = 0;

  /** Whether an entry was probably seen before; it has been from now on. An entry that is set again is another one: see STAMP. */
  sawBefore(hash: number, stamp: number): boolean {
    const bits = (this.#bits ??= new Int32Array(2 ** BITS_SHIFT / 32));
    const mixed = Math.imul(hash ^ Math.imul(stamp, 0x9e3779b1), 0x85ebca6b) >>> (32 - BITS_SHIFT);
    const index = mixed >>> 5;
    const bit = 1 << (mixed & 31);
    const word = bits[index]!;
    if ((word & bit) !== 0) return true;
    if (++this.#count > MOST) this.#clear(bits);
    bits[index] = bits[index]! | bit;
    return false;
  }

  #clear(bits: Int32Array): void {
    bits.fill(0);
    this.#count = 0;
  }
}
