import { LockLostError } from '@multiprocess/shared-memory';
import type { ObjectStore } from '@multiprocess/shared-memory';
import type { RedisStore } from './redis-store.js';

declare const database: { write(row: object, options: { fence: bigint; signal: AbortSignal }): Promise<void> };
declare function resize(file: string): Promise<void>;

export async function lock(store: RedisStore): Promise<void> {
  // #region lock
  const lock = store.lock({ name: 'report' });
  await lock.run(async ({ fence, signal }) => {
    await database.write({ total: 42 }, { fence, signal }); // have the resource refuse smaller fences
  });
  // #endregion
}

export async function lost(store: RedisStore): Promise<void> {
  // #region lost
  const held = await store.lock({ name: 'report' }).hold({ timeout: 5000 });
  held.signal.addEventListener('abort', () => {
    console.log(held.signal.reason instanceof LockLostError); // true: this program was taken for dead
  });
  await held.release(); // throws the same error
  // #endregion
}

export async function jobs(store: RedisStore): Promise<void> {
  // #region jobs
  const files = store.joinableQueue<string>({ name: 'files' });
  for await (const file of files) {
    await resize(file);
    await files.taskDone(); // until then, the death of this program gives the file to another
  }
  // #endregion
}

// #region store
/** Runs with a manager on this machine, one on another, or Redis. */
export async function countVisits(store: ObjectStore): Promise<number> {
  const visits = store.value(0);
  await Promise.all([1, 2, 3].map(() => visits.add(1)));
  return visits.get(); // 3
}
// #endregion
