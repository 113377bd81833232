import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '@multiprocess/redis';
import { findFiles } from '../word-count/find-files.mjs';
import { WordCounter } from '../word-count/word-counter.mjs';

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

const store = await connect();
/** @type {import('@multiprocess/redis').RedisJoinableQueue<string>} */
const files = store.joinableQueue({ name: 'many-hosts files' });
/** @type {import('@multiprocess/redis').RedisQueue<[path: string, counts: [word: string, times: number][]]>} */
const results = store.queue({ name: 'many-hosts results' });

console.log(`Counting the words of ${paths.length} files on ${HOSTS} hosts`);
await files.putMany(paths);
const hosts = Array.from({ length: HOSTS }, startHost);
process.once('SIGINT', () => {
  for (const host of hosts) host.kill(); // the terminal does not know of them
  process.exit(130);
});
// All that was counted has been put by the time that all files are done.
const ended = files.join().then(async () => {
  await files.shutdown();
  await results.shutdown();
});

/** @type {Map<string, [word: string, times: number][]>} */
const counted = new Map();
for await (const [path, counts] of results) {
  counted.set(path, counts); // the second time, if a host has died, it is the same
  if (counted.size === Math.ceil(paths.length / 4)) {
    console.log('One host is killed');
    hosts[0]?.kill();
  }
}
await ended;
await Promise.all(hosts.map((host) => host.ended));
await Promise.all([files.unlink(), results.unlink()]);
await store.close();

const many = new WordCounter();
for (const counts of counted.values()) many.addAll(counts);
const one = new WordCounter();
for (const path of paths) one.addFile(path);
console.log(`\nThe ten most frequent of ${many.words} words:`);
for (const [word, times] of many.top(10)) console.log(`${String(times).padStart(12)}  ${word}`);
const agree = many.equals(one);
console.log(agree ? 'Both counts agree to the last word.' : 'THE COUNTS DIFFER.');
process.exitCode = agree ? 0 : 1;

/** A group of processes that shares no memory with this one, nor with other groups. */
function startHost() {
  const memory = mkdtempSync(join(tmpdir(), 'many-hosts-'));
  const host = spawn(process.execPath, [fileURLToPath(new URL('host.mjs', import.meta.url))], {
    detached: true,
    stdio: 'inherit',
    env: { ...process.env, MULTIPROCESS_DIR: memory },
  });
  const ended = once(host, 'exit').then(() => rmSync(memory, { recursive: true, force: true }));
  return {
    ended,
    /** All of its processes at once, without a word to the server. */
    kill() {
      const isRunning = host.exitCode === null && host.signalCode === null;
      if (host.pid !== undefined && isRunning) process.kill(-host.pid, 'SIGKILL');
    },
  };
}
