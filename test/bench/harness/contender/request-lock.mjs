/**
 * @typedef {{ request: <R>(name: string, callback: () => R | Promise<R>) => Promise<R> }} LockManager
 */

// Not in the types of the oldest Node that is supported, where it is missing, too.
const locks = /** @type {{ navigator?: { locks?: LockManager } }} */ (globalThis).navigator?.locks;

/** Why `navigator.locks` cannot be measured, if so. */
export const noNavigatorLocks = locks === undefined ? `Node ${process.version} has no navigator.locks` : undefined;

/**
 * `navigator.locks.request`.
 *
 * @param {string} name
 * @param {() => Promise<void> | void} callback
 */
export function requestLock(name, callback) {
  if (locks === undefined) throw new Error(noNavigatorLocks);
  return locks.request(name, callback);
}
