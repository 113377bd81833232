import { isPlainObject } from '../base/built-ins.js';

/** Freezes arrays and plain objects, and those in them. What else there is (maps, dates, bytes) cannot be frozen. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (!Array.isArray(value) && !isPlainObject(value)) return value;
  Object.freeze(value); // before what is in it, which may lead back
  for (const key of Object.keys(value)) freeze((value as Record<string, unknown>)[key]);
  return value;
}
