// What the workers of all pools run.
import { task } from '@multiprocess/process';
import { dies as endWorker } from './pool-worker.mjs';

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

export const processId = task(import.meta, function processId() {
  return process.pid;
});

export const dies = task(import.meta, async function dies(/** @type {string} */ way) {
  await endWorker(way);
});
