import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@multiprocess/redis';
import { WorkerDiedError } from '@multiprocess/shared-memory';
import { Agent, DistributedPool, reportProgress, task, taskSignal } from './index.js';

const files = ['a.png', 'b.png'];

// #region task
// index.js of the package @acme/jobs
export const resize = task(import.meta, async function resize(file: string): Promise<number> {
  await sleep(100, undefined, { signal: taskSignal() }); // aborted with the caller's signal
  reportProgress('half of it');
  return file.length;
});
// #endregion

export async function poolExample(): Promise<void> {
  // #region pool
  await using cluster = await connect('redis://cache.example:6379/0');
  await using pool = new DistributedPool(cluster, { queue: 'resize', onWorkerDeath: 'retry' });
  const sizes = await pool.map(resize, files); // on all hosts that have @acme/jobs
  // #endregion
  console.log(sizes);
}

export async function agentExample(): Promise<void> {
  // #region agent
  const agent = new Agent('redis://cache.example:6379/0', { queue: 'resize', processes: 8 });
  await agent.ready();
  process.once('SIGTERM', () => agent.close()); // finishes what it has
  await agent.join();
  // #endregion
}

export async function callsExample(pool: DistributedPool): Promise<void> {
  // #region calls
  await pool.apply(resize, ['a.png'], { timeout: 5000, signal: AbortSignal.timeout(60_000) });
  await pool.apply(resize, ['a.png'], { onProgress: (what) => console.log(what) }); // half of it
  await pool.map(resize, files, { chunksize: 16, onProgress: (done, total) => console.log(`${done} of ${total}`) });
  for await (const size of pool.imapUnordered(resize, files, { window: 100 })) console.log(size);
  await pool.apply<[string], Promise<number>>('@acme/jobs#resize@1.4', ['a.png']); // without the package here
  console.log(await pool.stats()); // { pending, completed, failed, waiting, active, agents }
  // #endregion
}

export async function deathExample(pool: DistributedPool): Promise<void> {
  // #region death
  try {
    await pool.apply(resize, ['a.png']);
  } catch (error) {
    if (!(error instanceof WorkerDiedError)) throw error;
    console.log(error.message); // An agent died, or lost the server, while it was running @acme/jobs#resize@1.4
  }
  // #endregion
}
