type Exports = Readonly<Record<string, unknown>>;

const PLACE = Symbol.for('@multiprocess/packages 1');

/**
 * A program of this toolkit that a child imports as a module, such as that of a pool's workers, as a script like the packages.
 * Undefined in bundles, on Bun and Deno, and for modules of the user. See `loader.ts` of the native package.
 */
export function ownModule(url: string): Exports | undefined {
  const place = globalThis as unknown as Readonly<Record<symbol, { load?(url: string): Exports | undefined }>>;
  return place[PLACE]?.load?.(url);
}
