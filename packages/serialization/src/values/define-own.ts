/** Sets a property of an object literal by assignment, which is fast, unless that would find one that is inherited. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key in object) defineOwn(object, key, value);
  else object[key] = value;
}

/** Sets a property of the error itself that is not enumerable, as those of built-in errors are. */
export function defineHidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}

/** Sets a property of the object itself, also `__proto__`, whatever setters its prototypes have. */
export function defineOwn(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
