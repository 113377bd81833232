// Shown in the README. Compiled, so that it stays true.
import { setTimeout as sleep } from 'node:timers/promises';
import { task } from '@multiprocess/process';
import { taskSignal } from './index.js';
import type { Pool } from './index.js';

// #region cancel
const poll = task(import.meta, async function poll(url: string) {
  const signal = taskSignal(); // aborted together with the caller's
  for (;;) {
    await fetch(url, { signal });
    await sleep(1000, undefined, { signal });
  }
});

export async function pollForAWhile(pool: Pool, url: string): Promise<void> {
  await pool.apply(poll, [url], { signal: AbortSignal.timeout(5000) });
}
// #endregion
