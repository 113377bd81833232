/** Sets a property of the object itself, whatever setters its prototypes have: of `__proto__`, too. */
export function defineOwn(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
