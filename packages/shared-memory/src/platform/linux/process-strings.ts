import { readFileSync } from 'node:fs';

/** The arguments that a process was started with; empty if it has ended or belongs to another user. */
export function argumentsOf(pid: number): string[] {
  return stringsOf(pid, 'cmdline');
}

/** The environment that a process was started with, as `NAME=value`; empty likewise. */
export function environmentOf(pid: number): string[] {
  return stringsOf(pid, 'environ');
}

function stringsOf(pid: number, file: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
    return text.replace(/\0$/, '').split('\0');
  } catch {
    return [];
  }
}
