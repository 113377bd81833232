// Acquires and releases an uncontended lock: lock-alone.mjs <way>. A sample is the time of one pair, in
// nanoseconds, as the mean over a batch.
import { Lock } from '@multiprocess/sync';
import { inBatches } from '../../harness/contender/batches.mjs';
import { lockFile, makeLockFile } from '../../harness/contender/lock-file.mjs';
import { requestLock } from '../../harness/contender/request-lock.mjs';
import { serve } from '../../harness/contender/serve.mjs';

// A loop in each of them, rather than one around a function: what a call costs is not what is asked.
/** @type {Record<string, () => (count: number) => Promise<void> | void>} */
const ways = {
  sync: () => {
    const lock = new Lock();
    return (count) => {
      for (let i = 0; i < count; i++) {
        lock.acquireSync();
        lock.release();
      }
    };
  },
  try: () => {
    const lock = new Lock();
    return (count) => {
      for (let i = 0; i < count; i++) {
        if (!lock.tryAcquire()) throw new Error('The lock is held');
        lock.release();
      }
    };
  },
  async: () => {
    const lock = new Lock();
    return async (count) => {
      for (let i = 0; i < count; i++) {
        await lock.acquire();
        lock.release();
      }
    };
  },
  navigator: () => async (count) => {
    for (let i = 0; i < count; i++) await requestLock('bench', () => undefined);
  },
  file: () => {
    const file = makeLockFile();
    return async (count) => {
      for (let i = 0; i < count; i++) await (await lockFile(file))();
    };
  },
};

const pairs = ways[process.argv[2] ?? '']?.();
if (pairs === undefined) throw new RangeError(`No way "${process.argv[2]}"; there are ${Object.keys(ways).join(', ')}`);
const measure = inBatches(pairs);
await serve((/** @type {{ ms: number }} */ { ms }) => measure(ms));
