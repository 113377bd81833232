/**
 * Whole numbers below a bound, the same for the same seed: what an attack found can be had again.
 *
 * @param {number} seed
 * @returns {(below: number) => number}
 */
export function randomNumbers(seed) {
  let state = seed | 0 || 1; // xorshift32 never leaves 0 (G. Marsaglia, "Xorshift RNGs", 2003)
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

/** A seed for those who name none. */
export function anySeed() {
  return (Date.now() & 0x7fffffff) | 1;
}
