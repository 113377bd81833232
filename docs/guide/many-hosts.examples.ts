import { DistributedPool } from '@multiprocess/bullmq';
import { connect } from '@multiprocess/redis';
import type { RedisStore } from '@multiprocess/redis';
import type { ObjectStore } from '@multiprocess/shared-memory';
import { Manager } from 'multiprocess';

declare function send(file: string): Promise<void>;

// #region store
/** Does not know where its objects live. */
export async function sendAll(store: ObjectStore, files: readonly string[]): Promise<number> {
  const sent = store.value(0);
  const queue = store.queue<string>();
  for (const file of files) await queue.put(file);
  await queue.shutdown();
  const sender = async (): Promise<void> => {
    for await (const file of queue) {
      await send(file);
      await sent.add(1);
    }
  };
  await Promise.all([sender(), sender()]);
  return sent.get();
}
// #endregion

export async function either(files: readonly string[]): Promise<void> {
  // #region either
  await using manager = await Manager.start(); // on this machine
  await sendAll(manager, files);

  await using store = await connect('redis://cache.example:6379/0'); // or beyond it
  await sendAll(store, files);
  // #endregion
}

interface Row {
  readonly total: number;
}

export interface Database {
  update(sql: string, values: readonly unknown[]): Promise<{ readonly changed: number }>;
}

// #region fence
/** Writes only if no holder with a later fence has written. */
export async function save(database: Database, { total }: Row, fence: bigint): Promise<void> {
  const { changed } = await database.update('UPDATE report SET total = ?, fence = ? WHERE fence < ?', [
    total,
    fence,
    fence,
  ]);
  if (changed === 0) throw new Error('Another program has the lock by now');
}
// #endregion

export async function report(store: RedisStore, database: Database): Promise<void> {
  // #region run
  const lock = store.lock({ name: 'report' });
  await lock.run(async ({ fence, signal }) => {
    const total = await addUp(signal); // ends early when the lock is lost
    await save(database, { total }, fence);
  });
  // #endregion
}

declare function addUp(signal: AbortSignal): Promise<number>;

declare function resize(file: string): Promise<number>;

export async function pool(files: readonly string[]): Promise<void> {
  // #region pool
  await using cluster = await connect('redis://cache.example:6379/0');
  await using pool = new DistributedPool(cluster, { queue: 'resize', onWorkerDeath: 'retry' });
  for await (const size of pool.imapUnordered(resize, files, { chunksize: 16 })) console.log(size);
  // #endregion
}
