// The worker of the pools that are given a file: the same functions, without a package of ours in them.
export const nothing = () => undefined;
export const lengthOf = (/** @type {Uint8Array} */ bytes) => bytes.byteLength;
export const square = (/** @type {number} */ x) => x * x;
export const residentBytes = () => process.memoryUsage.rss();
