import { checkTimeout } from '@multiprocess/shared-memory';

// What clients send is checked here as well: they may be of any version, and written in any language.

/** Milliseconds of a wait as a client sends them: null for ever. @throws {@link TypeError} if they are something else. */
export function waitOf(timeout: unknown): number | null {
  if (timeout === undefined || timeout === null || timeout === Infinity) return null;
  return checkTimeout({ timeout: timeout as number });
}
