import { inspect } from 'node:util';

// A getter, a proxy or a custom inspection may throw or run for long: none of them is asked.
const SHOWN = { depth: 0, maxArrayLength: 4, maxStringLength: 60, breakLength: Infinity, customInspect: false };

/**
 * A value that was given in place of another, for the end of an error message: what it is and its type, as in
 * `'5' (string)`, `NaN (number)` or `Map(2) {...} (object)`. Never throws.
 */
export function received(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return `${shown(value)} (${typeof value})`;
}

function shown(value: unknown): string {
  try {
    return inspect(value, SHOWN);
  } catch {
    return 'a value that cannot be shown'; // a revoked proxy, on some versions of Node
  }
}
