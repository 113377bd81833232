/**
 * Something that all copies of a package in one thread have together: a program may have two, when a loader makes
 * CommonJS of it and `import` does not, when a bundle has one inside, or when two versions are installed.
 *
 * It is a property of the thread's `globalThis`, under `Symbol.for(name)`, made by the copy that asks first. The rule by
 * which copies of different versions get along: `name` ends with the version of what the table holds, not of the package.
 * If you change what is in it, or what is expected of that, give it the next number: it is shared with no older copy then.
 * Anything may be found there all the same: what `isSound` denies is left alone, and this copy has a table of its own.
 *
 * In a context of `node:vm`, `globalThis` is that of the context: what test runners keep apart stays apart.
 */
export function threadTable<T extends object>(name: string, make: () => T, isSound: (found: object) => boolean): T {
  const key = Symbol.for(name);
  const place = globalThis as unknown as Record<symbol, unknown>;
  const found = place[key];
  if (typeof found === 'object' && found !== null && isSound(found)) return found as T;
  const made = make();
  // Neither listed nor copied by code that walks over the global object.
  if (found === undefined) Object.defineProperty(globalThis, key, { value: made });
  return made;
}
