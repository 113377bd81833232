import { readFileSync } from 'node:fs';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';

const fixture = new URL('fixtures/run.mjs', import.meta.url);

/** Starts a program that has all that the package exports, and `delay`, `block`, `readFileSync`. */
export const program = (source: string, env: NodeJS.ProcessEnv = {}): Child =>
  startChild(fixture, { args: [source], env });

/** Whether the kernel ignores a signal for a process. */
export function isIgnored(number: number, pid: number = process.pid): boolean {
  const line = /^SigIgn:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return (BigInt(`0x${line?.[1] ?? '0'}`) & (1n << BigInt(number - 1))) !== 0n;
}
