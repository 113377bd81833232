import { closeSync, openSync } from 'node:fs';

/**
 * Opens files until this process has only so many descriptors left.
 *
 * @param {number} [left]
 * @returns {number[]} those that it has opened and left open
 */
export function takeDescriptors(left = 0) {
  /** @type {number[]} */
  const taken = [];
  try {
    for (;;) taken.push(openSync('/dev/null'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EMFILE') throw error;
  }
  for (let i = 0; i < left; i++) closeSync(/** @type {number} */ (taken.pop()));
  return taken;
}
