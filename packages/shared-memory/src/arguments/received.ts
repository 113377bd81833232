import { inspect } from 'node:util';

// Calls no getter and no custom inspection, which may throw or run for long.
const SHOWN = { depth: 0, maxArrayLength: 4, maxStringLength: 60, breakLength: Infinity, customInspect: false };

/** A wrong value, for the end of an error message, with its type: `'5' (string)`, `NaN (number)`. Never throws. */
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
