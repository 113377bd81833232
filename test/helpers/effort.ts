const effort = Number(process.env['MULTIPROCESS_TEST_EFFORT'] ?? 1);
if (!(effort > 0)) throw new RangeError(`MULTIPROCESS_TEST_EFFORT must be a number above 0, received ${effort}`);

/**
 * How often to do what is left to chance, such as a kill at some moment: `usual` times, multiplied by the environment
 * variable `MULTIPROCESS_TEST_EFFORT`, but at least once. The runs on other Nodes do less of it, a long search more.
 */
export function times(usual: number): number {
  return Math.max(1, Math.round(usual * effort));
}
