import { received } from './received.js';

/**
 * The error of an argument that has the wrong type.
 *
 * @param name of the argument or option, as the caller wrote it
 * @param wanted what belongs there: `a function`, `true or false`
 */
export function argumentError(name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, received ${received(value)}`);
}

/** @throws {@link TypeError} if it is neither true nor false. */
export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw argumentError(name, 'true or false', value);
}

/** @throws {@link TypeError} if it is not a string. */
export function checkString(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw argumentError(name, 'a string', value);
}

/**
 * @param wanted says more than `a function`, where that helps
 * @throws {@link TypeError} if it cannot be called.
 */
export function checkFunction<F>(name: string, value: F, wanted = 'a function'): F {
  if (typeof value === 'function') return value;
  throw argumentError(name, wanted, value);
}

/**
 * @param wanted says more than `an array`, where that helps
 * @throws {@link TypeError} if it is not an array.
 */
export function checkArray<A>(name: string, value: A, wanted = 'an array'): A {
  if (Array.isArray(value)) return value;
  throw argumentError(name, wanted, value);
}

/** @throws {@link TypeError} if it is not one of `allowed`. */
export function checkOneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw argumentError(name, allowed.map((one) => `'${one}'`).join(' or '), value);
}
