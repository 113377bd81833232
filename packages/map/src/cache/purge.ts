import type { Segment } from '@multiprocess/shared-memory';
import { PURGE_MUTEX, UNIT_WORDS_SHIFT } from '../words/layout.js';
import { lockWord, unlockWord } from '../words/word-lock.js';
import type { Entries } from '../table/entries.js';
import { monotonicNow } from '../table/monotonic.js';

/** Removes what has expired, if anything may have. Looks at every entry then. */
export function purgeExpired({ words, thread }: Segment, entries: Entries): void {
  const { chains, expiry, reader } = entries;
  if (!expiry.isDue()) return;
  lockWord(words, PURGE_MUTEX, thread);
  try {
    if (!expiry.isDue()) return; // another thread has just done it
    const finish = expiry.begin();
    const now = monotonicNow();
    let earliest = Infinity;
    for (const bucket of chains.buckets()) {
      entries.removeIn(bucket, (unit) => {
        const expires = reader.expiryOf(unit << UNIT_WORDS_SHIFT);
        if (expires === 0) return false;
        if (expires > now) earliest = Math.min(earliest, expires);
        return expires <= now;
      });
    }
    finish(earliest);
  } finally {
    unlockWord(words, PURGE_MUTEX, thread);
  }
}
