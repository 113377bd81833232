import { readFileSync } from 'node:fs';

/** The number of the user that a process belongs to; undefined if there is no such process. */
export function userOf(pid: number): number | undefined {
  try {
    // Not the owner of /proc/<pid>, which is root for a process that has changed its user.
    const [, user] = /^Uid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return user === undefined ? undefined : Number(user);
  } catch {
    return undefined;
  }
}
