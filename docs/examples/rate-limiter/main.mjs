// A node:cluster HTTP server whose workers share one rate limit: node main.mjs
import assert from 'node:assert/strict';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Manager } from 'multiprocess';

const WORKERS = 2;
const ALLOWED = 10;
const REQUESTS = 25;
const LIMITER = 'RATE_LIMITER'; // the handle of the limiter, in the environment of the workers

if (cluster.isPrimary) {
  const manager = await Manager.start();
  const seen = manager.dict();
  const workers = Array.from({ length: WORKERS }, () => cluster.fork({ [LIMITER]: seen.handle }));
  const listening = workers.map((worker) => once(worker, 'listening'));
  const [[{ port }]] = await Promise.all(listening);

  // A connection of its own for each request, so that every worker gets some.
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, () => fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })),
  );
  const allowed = answers.filter(({ status }) => status === 200).length;
  console.log(`${allowed} of ${REQUESTS} requests were allowed, by ${WORKERS} workers together`);
  assert.equal(allowed, ALLOWED);
  for (const worker of workers) worker.kill();
  await Promise.all(workers.filter((worker) => !worker.isDead()).map((worker) => once(worker, 'exit')));
  await manager.shutdown();
} else {
  const { DictProxy } = await import('multiprocess');
  const seen = DictProxy.attach(process.env[LIMITER] ?? '');
  const answer = async (request, response) => {
    const caller = request.socket.remoteAddress ?? 'unknown';
    const count = Number(await seen.increment(caller));
    response.writeHead(count <= ALLOWED ? 200 : 429).end();
  };
  createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
}
