/** Freezes arrays and plain objects, and those in them. What else there is (maps, dates, bytes) cannot be frozen. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  Object.freeze(value); // before what is in it, which may lead back
  for (const key of Object.keys(value)) freeze((value as Record<string, unknown>)[key]);
  return value;
}
