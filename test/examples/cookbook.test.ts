import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Pool, Process, Queue } from 'multiprocess';
import { expect, test } from 'vitest';
import { Desk, putAndEnd, read, serve } from '../../docs/guide/cookbook.examples.js';
import { answer, work } from './fixtures/slow-answers.mjs';

const questions = ['/slow?user=ann', '/fast?user=bob', '/fast?user=eve', '/slow?user=dan', '/fast?user=joe'];

test('behind a server: each request gets its own answer, and one that fails says so', async () => {
  await using pool = new Pool({ processes: 2 });
  const server = serve(pool, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const get = async (url: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${url}`)).text();
  const answers = await Promise.all(questions.map(get));
  expect(answers).toEqual(questions.map((url) => `answer to ${url}`));
  expect((await fetch(`http://127.0.0.1:${port}/fail`)).status).toBe(500);
  server.closeAllConnections();
  server.close();
});

test('workers that answer by the number of the request: each one gets its own', async () => {
  using jobs = new Queue<[number, string]>();
  using results = new Queue<[number, string]>();
  const workers = [1, 2].map(() => new Process({ target: work, args: [jobs, results] }));
  for (const worker of workers) worker.start();
  const desk = new Desk(jobs, results);
  const answers = await Promise.all(questions.map((question) => desk.ask(question)));
  expect(answers).toEqual(questions.map((question) => `answer to ${question}`));
  jobs.shutdown();
  for (const worker of workers) await worker.join();
  results.shutdown();
  await desk.ended;
});

test('a producer that waits until its items have been taken', async () => {
  const producing = putAndEnd(['a', 'b']);
  expect([await read(), await read()]).toEqual(['a', 'b']);
  await producing;
  await expect(read()).rejects.toThrow('There is no queue.Queue named "lines"');
});
