const OPERATIONS = /** @type {const} */ (['load', 'store', 'exchange', 'compareExchange', 'add', 'sub', 'or', 'and']);

/**
 * Kills this process just before its n-th access to shared memory from now on. Never, where n is no positive number.
 *
 * @param {number} n
 */
export function dieAtStep(n) {
  let steps = 0;
  for (const name of OPERATIONS) {
    const original = /** @type {(...args: unknown[]) => unknown} */ (Atomics[name]);
    Object.defineProperty(Atomics, name, {
      configurable: true,
      writable: true,
      value: (/** @type {unknown[]} */ ...args) => {
        if (++steps === n) process.kill(process.pid, 'SIGKILL');
        return original(...args);
      },
    });
  }
}
