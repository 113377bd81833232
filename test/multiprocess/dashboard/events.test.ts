import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Pool } from '@multiprocess/pool';
import { Queue } from '@multiprocess/queue';
import { inspectObjects } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { expect, onTestFinished, test } from 'vitest';
import { Collector } from '../../../packages/multiprocess/build/dashboard/collect/collector.js';
import type { Listener, News } from '../../../packages/multiprocess/dist/dashboard/collect/collector.js';
import { streamEvents } from '../../../packages/multiprocess/build/dashboard/serve/event-stream.js';
import { until } from '../../helpers/until.js';
import { makeDeadlock } from './deadlock.js';
import { ask, enter, events, snapshots, snapshotWith, startDashboard } from './start-dashboard.js';
import type { Told } from './start-dashboard.js';

function takeAndRelease(lock: Lock): void {
  lock.acquireSync();
  lock.release();
}

test('two processes that are blocked on each other are a deadlock, with the sentence of why-blocked', async () => {
  using stuck = await makeDeadlock();
  const [first, second] = [stuck.first.pid, stuck.second.pid];
  const looks = await snapshots(await startDashboard());
  const seen = await snapshotWith(looks, ({ circles }) => circles.length > 0);
  expect(seen.processes.map(({ pid }) => pid)).toEqual(expect.arrayContaining([first, second]));
  expect(seen.processes.find(({ pid }) => pid === first)?.title).toContain('take-both.mjs');
  const thread = (pid: number) => ({ pid, threadId: 0 });
  expect(seen.holds).toEqual([
    { thread: thread(first), object: 'sync.Lock:accounts', isDeadlocked: true },
    { thread: thread(second), object: 'sync.Lock:report', isDeadlocked: true },
  ]);
  expect(seen.waits).toHaveLength(2);
  expect(seen.waits).toEqual(
    expect.arrayContaining([
      { thread: thread(first), object: 'sync.Lock:report', isBlocked: true, isDeadlocked: true },
      { thread: thread(second), object: 'sync.Lock:accounts', isBlocked: true, isDeadlocked: true },
    ]),
  );
  expect(seen.circles).toMatchObject([
    { isDeadlock: true, sentence: expect.stringMatching(/^DEADLOCK: \d+ -> /) as string },
  ]);
  // It is over when one of them is killed.
  await stuck.second.kill();
  await snapshotWith(looks, ({ circles }) => circles.length === 0);
});

test('the dashboard itself is not among the processes: it takes nothing of shared memory', async () => {
  using lock = new Lock();
  const dashboard = await startDashboard();
  const { processes, objects } = await snapshotWith(await snapshots(dashboard), () => true);
  expect(processes.map(({ pid }) => pid)).toEqual([process.pid]);
  expect(objects).toMatchObject([{ kind: 'sync.Lock', pids: [process.pid] }]);
  expect(inspectObjects().threads.map(({ pid }) => pid)).not.toContain(dashboard.child.pid);
  lock.close();
});

test('the depth of a queue, and the rates at which items go through it', async () => {
  using queue = new Queue({ name: 'jobs' });
  const looks = await snapshots(await startDashboard());
  await snapshotWith(looks, () => true);
  await queue.putMany([1, 2, 3]);
  const { objects } = await snapshotWith(looks, (seen) => seen.objects[0]?.rate?.put !== 0);
  expect(objects).toMatchObject([{ name: 'jobs', items: 3, rate: { taken: 0 } }]);
});

test('how many workers of a pool are busy', async () => {
  using go = new Lock();
  go.acquireSync();
  const pool = new Pool({ processes: 2 });
  const tasks = [1, 2, 3].map(() => pool.apply(takeAndRelease, [go]));
  const looks = await snapshots(await startDashboard());
  const workersIn = (seen: Awaited<ReturnType<typeof snapshotWith>>) =>
    seen.objects.find(({ kind }) => kind === 'pool.Results')?.workers;
  await snapshotWith(looks, (seen) => workersIn(seen)?.busy === 2 && workersIn(seen)?.tasks === 3);
  go.release();
  await Promise.all(tasks);
  const idle = await snapshotWith(looks, (seen) => workersIn(seen)?.busy === 0);
  expect(workersIn(idle)).toEqual({ count: 2, busy: 0, tasks: 0 });
  pool.close();
  await pool.join();
});

test('texts are one line, not long, and without marks that turn the direction of writing', async () => {
  using _ = await makeDeadlock('two\nlines', '\x1b[2J\u{202e}evil', 'long '.repeat(1000));
  const looks = await snapshots(await startDashboard());
  const { processes } = await snapshotWith(looks, ({ circles }) => circles.length > 0);
  for (const { title } of processes) {
    expect(title.length).toBeLessThanOrEqual(1000);
    expect(title).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  }
});

test('of very many objects those that are held or awaited are shown', async () => {
  const locks = Array.from({ length: 5000 }, () => new Lock());
  locks[4999]!.acquireSync();
  const looks = await snapshots(await startDashboard());
  const { objects, holds, omitted } = await snapshotWith(looks, () => true);
  expect(objects).toHaveLength(400);
  expect(omitted).toEqual({ processes: 0, objects: 4600 });
  expect(holds).toHaveLength(1);
  for (const lock of locks) lock.close();
});

test('one collector looks for all listeners, and only while there are some', async () => {
  const collector = new Collector(1);
  expect(collector.isLooking).toBe(false);
  const heard: News[][] = [[], []];
  const stops = heard.map((own) => collector.listen((news: News) => void own.push(news)));
  expect(collector.isLooking).toBe(true);
  await until(() => heard.every((own) => own.length > 3));
  expect(heard[0]![0]).toBe(heard[1]![0]); // the very same, made once
  stops[0]!();
  const before = heard[0]!.length;
  const others = heard[1]!.length;
  await until(() => heard[1]!.length > others + 2);
  expect(heard[0]).toHaveLength(before);
  stops[1]!();
  expect(collector.isLooking).toBe(false);
});

test('a look that fails is told, with its reason', async () => {
  const told = await events(await startDashboard([], { MULTIPROCESS_DIR: '/etc/passwd/here' }));
  const first = await told.next();
  expect(first.value).toMatchObject({ event: 'failure' });
  expect((first.value as Told).json).toContain('/etc/passwd/here');
});

test('a page that does not read makes nothing grow, and gets the latest look when it reads again', async () => {
  let tell: Listener | undefined;
  let isOver = false;
  let response: ServerResponse | undefined;
  const source = {
    listen(listener: Listener) {
      tell = listener;
      return () => {
        isOver = true;
      };
    },
  };
  const server = createServer((_, answer) => {
    response = answer;
    streamEvents(source, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const [page] = (await once(get({ port, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
  const size = 2 ** 20;
  for (let look = 0; look < 200; look++)
    tell!({ event: 'snapshot', json: JSON.stringify(`${look}${'x'.repeat(size)}`) });
  expect(response!.writableLength).toBeLessThan(2 * size);
  const received = text(page);
  await until(() => response!.writableLength === 0);
  response!.end();
  const events = (await received).split('\n\n').filter((event) => event !== '');
  expect(events.map((event) => /data: "(\d+)x/.exec(event)?.[1])).toEqual(['0', '199']);
  await until(() => isOver);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it at once, with its open pages', async (signal) => {
  const dashboard = await startDashboard();
  const looks = await snapshots(dashboard);
  await snapshotWith(looks, () => true);
  expect(await dashboard.child.kill(signal)).toEqual({ code: 0, signal: null });
  expect(dashboard.child.stderr).toBe('');
  while ((await looks.next()).done !== true); // the connection has ended, too
  await expect(ask(dashboard.port, '/')).rejects.toThrow('ECONNREFUSED');
});

test('pages that come and go leave no listener behind', async () => {
  const dashboard = await startDashboard();
  // While one page is open, the others get a look at once.
  const looks = await snapshots(dashboard);
  await snapshotWith(looks, () => true);
  const { path, cookie } = await enter(dashboard);
  for (let visit = 0; visit < 70; visit++) {
    // More than it allows at the same time.
    const asked = get({
      host: '127.0.0.1',
      port: dashboard.port,
      path: `${path}events`,
      headers: { cookie },
      agent: false,
    });
    const [stream] = (await once(asked, 'response')) as [IncomingMessage];
    await once(stream, 'data');
    stream.destroy();
  }
  expect(await dashboard.child.kill('SIGINT')).toEqual({ code: 0, signal: null });
  expect(dashboard.child.stderr).toBe('');
});
