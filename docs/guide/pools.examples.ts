import { Pool, task } from 'multiprocess';
import type { TaskOptions } from 'multiprocess';

const thumbnail = task(import.meta, function thumbnail(path: string) {
  return path.length;
});

// #region elastic
export function imagePool(): Pool {
  return new Pool({
    minProcesses: 1, // started with the pool
    maxProcesses: 8, // while there is work for them
    idleTimeout: 30_000, // then down to one again
    execArgv: ['--max-old-space-size=512'],
    onWorkerEnd: ({ name, pid, exitCode, signal }) => {
      if (exitCode !== 0) console.error(`${name} (${pid}) died: ${signal ?? exitCode}`);
    },
  });
}
// #endregion

// #region drained
export async function thumbnails(pool: Pool, paths: AsyncIterable<string>): Promise<void> {
  for await (const path of paths) {
    await pool.drained(); // until a worker is free: nothing piles up
    void pool.applyAsync(thumbnail, [path], { errorCallback: console.error });
  }
}
// #endregion

// #region priority
export async function answer(pool: Pool, path: string, isWaitedFor: boolean): Promise<number> {
  const options: TaskOptions = isWaitedFor ? { priority: 1, timeout: 2000 } : { timeout: 60_000 };
  return pool.apply(thumbnail, [path], options);
}
// #endregion

// #region imap
export async function firstLarge(pool: Pool, paths: Iterable<string>): Promise<number | undefined> {
  const signal = AbortSignal.timeout(10_000);
  for await (const size of pool.imapUnordered(thumbnail, paths, { signal, timeout: 1000 })) {
    if (size > 1000) return size; // the inputs after it are not read
  }
  return undefined;
}
// #endregion
