import { inspect } from 'node:util';

/** What was received, for an error message. */
export function show(value: unknown): string {
  const text = inspect(value, { depth: 0, maxStringLength: 60 });
  return typeof value === 'number' || typeof value === 'bigint' ? text : `${text} (${typeof value})`;
}
