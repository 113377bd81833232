const effort = Number(process.env['MULTIPROCESS_TEST_EFFORT'] ?? 0.2);
if (!(effort > 0)) throw new RangeError(`MULTIPROCESS_TEST_EFFORT must be a number above 0, received ${effort}`);

/**
 * How often to do what is left to chance, such as a kill at some moment: `thorough` times with the environment variable
 * `MULTIPROCESS_TEST_EFFORT` at 1, as every night, and in proportion to it otherwise, but at least once. Unless it is
 * set, a fifth is done: chance adds up over many runs, and each is to be short.
 */
export function times(thorough: number): number {
  return Math.max(1, Math.round(thorough * effort));
}

/** The time limit of a test that does things {@link times}; `ms` is that of one with the effort of every night, or less. A watchdog only. */
export function patience(ms: number): { timeout: number } {
  return { timeout: Math.max(ms, ms * effort) };
}
