import { createHash } from 'node:crypto';
import { task, taskSignal } from 'multiprocess';

/** Numbers between two looks at the signal, which costs as much as a few hashes. */
const LOOK_EVERY = 256;

export function hashOf(number) {
  return createHash('sha256').update(`nonce ${number}`).digest('hex');
}

/** The first number of the range whose hash begins like that. Runs for ever if there is none, were it not for the signal. */
export const search = task(import.meta, function search(beginning, from, step) {
  for (let number = from; ; number += step) {
    if ((number - from) % (LOOK_EVERY * step) === 0) taskSignal().throwIfAborted();
    if (hashOf(number).startsWith(beginning)) return number;
  }
});

export const workerId = task(import.meta, function workerId() {
  return process.pid;
});
