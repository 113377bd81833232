import { now } from './clock.mjs';

/** Calls of a batch; a sample is the mean over one. */
const TOGETHER = 500;

/** How calls are made: the thread is blocked in each, each is awaited, or a batch of them is awaited. */
/** @typedef {'sync' | 'async' | 'pipelined'} Form */

/** @param {Form} form @param {() => unknown} call @returns {() => unknown} */
function batchOf(form, call) {
  switch (form) {
    case 'sync':
      return () => {
        for (let i = 0; i < TOGETHER; i++) call();
      };
    case 'async':
      return async () => {
        for (let i = 0; i < TOGETHER; i++) await call();
      };
    case 'pipelined':
      return () => Promise.all(Array.from({ length: TOGETHER }, call));
  }
}

/**
 * Makes calls for so long. Each sample is the time of one call, in microseconds, as the mean over a batch.
 *
 * @param {Form} form
 * @param {() => unknown} call
 * @param {number} ms
 */
export async function timeCalls(form, call, ms) {
  const batch = batchOf(form, call);
  const samples = [];
  const end = now() + ms * 1e6;
  for (let begin = now(); begin < end;) {
    await batch();
    const after = now();
    samples.push((after - begin) / TOGETHER / 1e3);
    begin = now();
  }
  return samples;
}

/** @param {string | undefined} text @returns {Form} */
export function formOf(text) {
  if (text === 'sync' || text === 'async' || text === 'pipelined') return text;
  throw new RangeError(`No form "${text}"`);
}
