import { types } from 'node:util';
import { threadTable } from '@multiprocess/shared-memory';
import type { AnyClass } from './any-class.js';

// One set a thread, for all copies of this package in it: a class travels by value or by reference, and in one way only.
const claimed = threadTable('@multiprocess/registered prototypes 1', () => new Set<object>(), types.isSet);

/** Marks a class as registered. */
export function claimClass(Class: AnyClass): void {
  const prototype = Class.prototype as object;
  if (claimed.has(prototype)) throw new TypeError(`${Class.name} is registered already`);
  claimed.add(prototype);
}
