import type { AnyClass } from './registered-types.js';

// One set a thread: a class travels by value or by reference, and in one way only.
const claimed = new Set<object>();

/** Marks a class as registered. */
export function claimClass(Class: AnyClass): void {
  const prototype = Class.prototype as object;
  if (claimed.has(prototype)) throw new TypeError(`${Class.name} is registered already`);
  claimed.add(prototype);
}
