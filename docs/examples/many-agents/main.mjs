import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DistributedPool } from '@multiprocess/bullmq';
import { connect } from '@multiprocess/redis';
import { findFiles } from '../word-count/find-files.mjs';
import { countWords } from './jobs/count-words.mjs';

const HOSTS = 2;

if (process.env['MULTIPROCESS_REDIS_URL'] === undefined) {
  console.error(
    'Set MULTIPROCESS_REDIS_URL to the URL of a server; `npm run redis` starts one at redis://127.0.0.1:6379',
  );
  process.exit(1);
}
const folders = process.argv.slice(2);
const docs = fileURLToPath(new URL('../..', import.meta.url));
const paths = (folders.length > 0 ? folders : [docs]).flatMap((folder) => [...findFiles(folder)]);

const cluster = await connect();
const pool = new DistributedPool(cluster, { queue: 'many-agents', onWorkerDeath: 'retry' });
const hosts = Array.from({ length: HOSTS }, startHost);

console.log(`Counting the words of ${paths.length} files on ${HOSTS} hosts`);
let isKilled = false;
const counts = await pool.map(countWords, paths, {
  chunksize: 2,
  onProgress: (done, total) => {
    if (isKilled || done < total / 4) return;
    isKilled = true;
    console.log('One host is killed');
    hosts[0]?.end('SIGKILL');
  },
});
pool.close();
await pool.join();
await cluster.close();
for (const host of hosts) host.end('SIGTERM');
await Promise.all(hosts.map((host) => host.ended));

const sum = (/** @type {readonly number[]} */ numbers) => numbers.reduce((total, one) => total + one, 0);
const agree = sum(counts) === sum(paths.map((path) => countWords(path)));
console.log(
  `${sum(counts)} words.`,
  agree ? 'One process alone finds as many.' : 'ONE PROCESS ALONE FINDS ANOTHER NUMBER.',
);
process.exitCode = agree ? 0 : 1;

/** A group of processes that shares no memory with this one, nor with other groups. */
function startHost() {
  const memory = mkdtempSync(join(tmpdir(), 'many-agents-'));
  const host = spawn(process.execPath, [fileURLToPath(new URL('host.mjs', import.meta.url))], {
    detached: true,
    stdio: 'inherit',
    env: { ...process.env, MULTIPROCESS_DIR: memory },
  });
  const ended = once(host, 'exit').then(() => rmSync(memory, { recursive: true, force: true }));
  return {
    ended,
    /** SIGKILL ends all of its processes at once, without a word to the server; SIGTERM lets the agent end by itself. */
    end(/** @type {'SIGKILL' | 'SIGTERM'} */ signal) {
      const isRunning = host.exitCode === null && host.signalCode === null;
      if (host.pid !== undefined && isRunning) process.kill(signal === 'SIGKILL' ? -host.pid : host.pid, signal);
    },
  };
}
