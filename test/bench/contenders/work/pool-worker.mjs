// The worker of the pools that are given a file: the same functions, without a package of ours in them.
export const nothing = () => undefined;
export const lengthOf = (/** @type {Uint8Array} */ bytes) => bytes.byteLength;
export const square = (/** @type {number} */ x) => x * x;
export const residentBytes = () => process.memoryUsage.rss();
export const processId = () => process.pid;

/** Ends its worker. */
export async function dies(/** @type {string} */ way) {
  if (way === 'exit') process.exit(3);
  if (way === 'abort') process.abort();
  if (way === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
  const all = [];
  for (; way === 'out of memory';) all.push(new Array(1e6).fill(all.length));
  await new Promise((resolve) => setTimeout(resolve, 1e6));
}
