import { readFileSync } from 'node:fs';

/** Which processes hold a lock (flock(2)) on which inode, as far as `/proc/locks` shows them. */
export function lockHolders(): Map<number, readonly number[]> {
  const holders = new Map<number, number[]>();
  for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
    const match = /FLOCK\s+ADVISORY\s+\w+\s+(\d+)\s+\S+:(\d+)\s/.exec(line);
    if (match === null) continue;
    const [pid, inode] = [Number(match[1]), Number(match[2])];
    holders.set(inode, [...new Set(holders.get(inode)).add(pid)]);
  }
  return holders;
}
