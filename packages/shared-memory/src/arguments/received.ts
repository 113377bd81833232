import { inspect, types } from 'node:util';
import { DESCRIBE } from '../base/describe.js';

// Calls no getter and no custom inspection, which may throw or run for long.
const SHOWN = { depth: 0, maxArrayLength: 4, maxStringLength: 60, breakLength: Infinity, customInspect: false };
const OURS = { ...SHOWN, depth: 1, customInspect: true };

/** A wrong value, for the end of an error message, with its type: `'5' (string)`, `NaN (number)`. Never throws. */
export function received(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return `${shown(value)} (${typeof value})`;
}

function shown(value: unknown): string {
  try {
    // The objects of this toolkit are shown as they show themselves.
    const isOurs = typeof value === 'object' && !types.isProxy(value) && DESCRIBE in value!;
    return inspect(value, isOurs ? OURS : SHOWN);
  } catch {
    return 'a value that cannot be shown'; // a revoked proxy, on some versions of Node
  }
}
