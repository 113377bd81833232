// What the workers of all pools run.
import { task } from '@multiprocess/process';

export const nothing = task(import.meta, function nothing() {});

export const lengthOf = task(import.meta, function lengthOf(/** @type {Uint8Array} */ bytes) {
  return bytes.byteLength;
});

export const square = task(import.meta, function square(/** @type {number} */ x) {
  return x * x;
});

export const residentBytes = task(import.meta, function residentBytes() {
  return process.memoryUsage.rss();
});
