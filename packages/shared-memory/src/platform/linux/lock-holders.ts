import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { runningProcesses } from './process-stat.js';

const LOCKS = '/proc/locks';
/**
 * About a thousand locks. The kernel tells of some dozens at a time, and counts from the first one each time to where it was: a hundred times
 * as many take ten thousand times as long, and no process gets or drops a lock meanwhile.
 */
const FEW_BYTES = 2 ** 16;

/** Which processes hold a lock (flock(2)) on which inode, as far as `/proc/locks` shows them. */
export function lockHolders(): Map<number, readonly number[]> {
  return holdersIn(readFileSync(LOCKS, 'latin1'));
}

/** The processes that hold a lock; all that run, if there are many locks. */
export function mayHoldLocks(): number[] {
  const locks = fewLocks();
  if (locks === undefined) return runningProcesses().map(({ pid }) => pid);
  return [...new Set([...holdersIn(locks).values()].flat())];
}

function holdersIn(locks: string): Map<number, readonly number[]> {
  const holders = new Map<number, number[]>();
  for (const line of locks.split('\n')) {
    const match = /FLOCK\s+ADVISORY\s+\w+\s+(\d+)\s+\S+:(\d+)\s/.exec(line);
    if (match === null) continue;
    const [pid, inode] = [Number(match[1]), Number(match[2])];
    holders.set(inode, [...new Set(holders.get(inode)).add(pid)]);
  }
  return holders;
}

/** What `/proc/locks` has; undefined if that is more than {@link FEW_BYTES}. */
function fewLocks(): string | undefined {
  const bytes = Buffer.allocUnsafe(FEW_BYTES);
  const descriptor = openSync(LOCKS, 'r');
  try {
    for (let length = 0; length < FEW_BYTES;) {
      const more = readSync(descriptor, bytes, length, FEW_BYTES - length, null);
      if (more === 0) return bytes.toString('latin1', 0, length);
      length += more;
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
