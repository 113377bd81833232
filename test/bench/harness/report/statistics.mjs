/**
 * @typedef {{ count: number, min: number, p50: number, p90: number, p99: number, max: number }} Summary
 */

/**
 * The value below which a share `q` of the sorted samples lies, interpolated between neighbours.
 *
 * @param {Float64Array | readonly number[]} sorted
 * @param {number} q from 0 to 1
 */
function quantile(sorted, q) {
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('There is no quantile of no samples');
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * @param {readonly number[]} samples
 * @returns {Summary}
 */
export function summarize(samples) {
  const sorted = Float64Array.from(samples).sort();
  const [min, p50, p90, p99, max] = /** @type {[number, number, number, number, number]} */ (
    [0, 0.5, 0.9, 0.99, 1].map((q) => quantile(sorted, q))
  );
  return { count: sorted.length, min, p50, p90, p99, max };
}

/** @param {readonly number[]} samples */
export function median(samples) {
  return summarize(samples).p50;
}
