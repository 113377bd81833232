/**
 * A value that all copies of a package in one thread share. A program may have several copies: when a loader turns the package
 * into CommonJS and `import` does not, when a bundle contains one, or when two versions are installed.
 *
 * It is a property of the thread's `globalThis`, under `Symbol.for(name)`, created by the first copy that asks. `name` ends
 * with the version of the table's contents, not of the package. If you change the contents, or what their users expect, use
 * the next number, so that no older copy shares it. If the property has another value, for which `isSound` is false, this
 * copy uses a table of its own.
 *
 * A context of `node:vm` has a `globalThis` of its own, so contexts of test runners stay apart.
 */
export function threadTable<T extends object>(name: string, make: () => T, isSound: (found: object) => boolean): T {
  const key = Symbol.for(name);
  const place = globalThis as unknown as Record<symbol, unknown>;
  const found = place[key];
  if (typeof found === 'object' && found !== null && isSound(found)) return found as T;
  const made = make();
  // Not enumerable: code that copies the global object must not find it.
  if (found === undefined) Object.defineProperty(globalThis, key, { value: made });
  return made;
}
