import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/**
 * What a call gave, or its error's code, or 'PENDING' where it has not settled after `limit` milliseconds.
 *
 * @param {PromiseLike<unknown> | (() => unknown)} call
 * @param {number} limit
 */
export async function outcomeOf(call, limit) {
  const controller = new AbortController();
  const late = sleep(limit, 'PENDING', { signal: controller.signal }).catch(() => undefined);
  const settled = (async () => (typeof call === 'function' ? await call() : await call))().catch(codeOf);
  const outcome = await Promise.race([settled, late]);
  controller.abort();
  return outcome;
}

/** @param {unknown} error */
export function codeOf(error) {
  const { code, name, message } = /** @type {{ code?: unknown, name?: unknown, message?: unknown }} */ (error);
  return String(code ?? `${String(name)}: ${String(message)}`);
}

/** @param {number} ms */
export function keepBusy(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Tasks are sent in a microtask: after this they have been. */
export async function microtasks() {
  for (let i = 0; i < 5; i++) await null;
}
