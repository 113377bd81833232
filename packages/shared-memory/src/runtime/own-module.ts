type Exports = Readonly<Record<string, unknown>>;

/** What these functions use of the loader of the packages, if there is one. */
interface Loader {
  load?(url: string): Exports | undefined;
  newFunction?(...texts: readonly string[]): unknown;
}

const PLACE = Symbol.for('@multiprocess/packages 1');

function loader(): Loader | undefined {
  return (globalThis as unknown as Readonly<Record<symbol, Loader | undefined>>)[PLACE];
}

/**
 * A program of this toolkit that a child imports as a module, such as that of a pool's workers, as a script like the packages.
 * Undefined in bundles, on Bun and Deno, and for modules of the user. See `loader.ts` of the native package.
 */
export function ownModule(url: string): Exports | undefined {
  return loader()?.load?.(url);
}

/**
 * As the constructor of functions, for a function that may import modules wherever these packages are scripts.
 *
 * @param texts the names of the parameters, and the body
 */
export function newFunction(...texts: readonly string[]): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- functions may travel as their source
  return loader()?.newFunction?.(...texts) ?? new Function(...texts);
}
