import { readFileSync } from 'node:fs';

/** The user id of a process; undefined if there is no such process. */
export function userOf(pid: number): number | undefined {
  try {
    // The owner of /proc/<pid> would not do: it is root for a process that has changed its user.
    const [, user] = /^Uid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return user === undefined ? undefined : Number(user);
  } catch {
    return undefined;
  }
}
