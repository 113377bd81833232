import { task } from 'multiprocess';

/** @type {Map<string, unknown>} */
const queues = new Map();
/** In the manager: the queue of that name, the first one that was offered. */
export const named = task(import.meta, function named(/** @type {string} */ name, /** @type {unknown} */ offered) {
  if (!queues.has(name)) queues.set(name, offered);
  return { get: () => queues.get(name) };
});
