// What each host runs. It knows nothing but the server, by MULTIPROCESS_REDIS_URL, and the names of two queues.
import { connect } from '@multiprocess/redis';
import { isMainProcess, Process } from 'multiprocess';
import { countFiles } from './count-files.mjs';

const WORKERS = 2;

if (isMainProcess) {
  const store = await connect();
  const files = store.joinableQueue({ name: 'many-hosts files' });
  const results = store.queue({ name: 'many-hosts results' });
  const workers = Array.from({ length: WORKERS }, () => new Process({ target: countFiles, args: [files, results] }));
  for (const worker of workers) worker.start();
  for (const worker of workers) await worker.join();
  const failed = workers.find((worker) => worker.exitCode !== 0);
  await store.close();
  if (failed !== undefined) throw new Error(`A worker ended with ${failed.exitCode}`, { cause: failed.error });
}
