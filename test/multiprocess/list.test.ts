import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { BufferPool } from '@multiprocess/buffers';
import { Manager } from '@multiprocess/manager';
import { Pipe } from '@multiprocess/pipe';
import { Queue } from '@multiprocess/queue';
import { inspectObjects } from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock, Semaphore } from '@multiprocess/sync';
import { ShareableList, SharedArray, SharedValue } from '@multiprocess/values';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import { command } from './command.js';

const program = (name: string) => new URL(`fixtures/${name}`, import.meta.url);

test('a table of all objects: kind, name, items, holders, waiters and processes', async () => {
  using lock = new Lock({ name: 'printer' });
  using queue = new Queue({ name: 'jobs' });
  for (let i = 0; i < 3; i++) queue.putSync(i);
  lock.acquireSync();
  using other = new Lock();
  const child = startChild(program('take-both.mjs'), {
    args: [other.handle, lock.handle, 'sync', 'two\nlines', '\x1b[2J'],
  });
  await child.line('holds');
  child.say('go');
  await until(() => inspectObjects().threads.some(({ pid, blockedOn }) => pid === child.pid && blockedOn));
  const { status, output } = await command('list');
  expect(status).toBe(0);
  const lines = output.split('\n');
  expect(lines[0]).toMatch(/^KIND +NAME +SIZE +IN USE +ITEMS +STATE +HELD BY +WAITING +PROCESSES$/);
  const row = (name: string) => lines.find((line) => line.includes(name))?.split(/ {2,}/);
  expect(row('printer')).toEqual([
    'sync.Lock',
    'printer',
    '132 B',
    '4 KiB',
    '-',
    '-',
    String(process.pid),
    String(child.pid),
    expect.stringContaining(String(child.pid)),
  ]);
  expect(row('jobs')?.slice(0, 5)).toEqual(['queue.Queue', 'jobs', '1.0 GiB', expect.any(String), '3']);
  expect(lines.find((line) => line.trimStart().startsWith(`${child.pid}  `))).toMatch(
    /take-both\.mjs .* sync two lines  ?\[2J$/,
  );
});

test('--json is one line for programs, with command lines', async () => {
  using queue = new Queue({ name: 'jobs' });
  await queue.putMany(['a', 'b']);
  const { output } = await command('list', '--json');
  const [found] = JSON.parse(output) as Record<string, unknown>[];
  expect(found).toMatchObject({ kind: 'queue.Queue', name: 'jobs', items: 2, orphan: false, waiters: [] });
  expect(found!['processes']).toEqual([{ pid: process.pid, command: expect.stringContaining('node') as string }]);
});

test('--watch goes on until it is ended', async () => {
  const main = new URL('../../packages/multiprocess/dist/cli/main.js', import.meta.url);
  const watching = startChild(main, { args: ['list', '--watch', '--json'] });
  await watching.line('[]');
  using queue = new Queue();
  expect(await watching.line(/queue\.Queue/)).toContain('"items":0');
  queue.putSync(1);
  await watching.line(/"items":1/);
  expect((await watching.kill('SIGTERM')).signal).toBe('SIGTERM');
});

test('says that shared memory is empty', async () => {
  expect(await command('list')).toMatchObject({ status: 0, output: 'Nothing is in shared memory.' });
});

test('each class shows its holders, its items and its state', async () => {
  const own = String(process.pid);
  const objects = [
    new RLock({ name: 'rlock' }),
    new Lock({ name: 'fair', fair: true }),
    new RWLock({ name: 'read' }),
    new RWLock({ name: 'written' }),
    new Semaphore({ name: 'semaphore', value: 3 }),
    new BoundedSemaphore({ name: 'bounded', value: 2 }),
    new Event({ name: 'event' }),
    new Event({ name: 'happened' }),
    new Barrier({ name: 'barrier', parties: 3 }),
    new Barrier({ name: 'broken', parties: 2 }),
    new Condition({ name: 'condition' }),
    new SharedValue('i32', -7, { name: 'value', lock: false }),
    new SharedArray('f64', 5, { name: 'array', lock: false }),
    new ShareableList(['a', 1], { name: 'list' }),
    new BufferPool({ name: 'frames', chunkSize: 64, chunks: 3 }),
    new Queue({ name: 'jobs' }),
  ] as const;
  const [rlock, fair, read, written, semaphore, bounded, , happened, barrier, broken, condition, , , , frames, jobs] =
    objects;
  rlock.acquireSync();
  rlock.acquireSync();
  fair.acquireSync();
  read.readLock.acquireSync();
  written.writeLock.acquireSync();
  semaphore.acquireSync();
  bounded.acquireSync();
  happened.set();
  using frame = frames.loanSync();
  jobs.putSync(frames.loanSync());
  expect(frame.byteLength).toBe(64);
  broken.abort();
  const end = new AbortController();
  const waits = [
    barrier.wait({ signal: end.signal }),
    condition.run(() => condition.wait({ signal: end.signal })).catch((error: unknown) => error),
  ];
  const [one, other] = Pipe.duplex();
  other.sendSync('hello');
  await until(() => inspectObjects().objects.some(({ state }) => state === '1 wait'));
  const { output } = await command('list', '--json');
  const found = JSON.parse(output) as {
    kind: string;
    name: string;
    items?: number;
    state?: string;
    holders: object[];
  }[];
  const shown = ({ items, state, holders }: (typeof found)[number]) => ({
    ...(items !== undefined && { items }),
    ...(state !== undefined && { state }),
    ...(holders.length > 0 && { holders }),
  });
  const holders = [{ pid: Number(own), threadId: 0 }];
  expect(
    Object.fromEntries(found.filter(({ name }) => !name.includes('-')).map((one) => [one.name, shown(one)])),
  ).toEqual({
    rlock: { state: 'taken 2 times', holders },
    fair: { holders },
    read: { state: 'one thread reads', holders },
    written: { state: 'one writes', holders },
    semaphore: { state: '2 of 3 free' },
    bounded: { state: '1 of 2 free', holders },
    event: { state: 'not set' },
    happened: { state: 'set' },
    barrier: { state: '1 of 3 there' },
    broken: { state: 'broken: it was aborted' },
    condition: { state: '1 wait' },
    frames: { state: '1 of 3 chunks free, 1 under way', holders },
    jobs: { items: 1 },
    value: { state: 'i32 -7' },
    array: { items: 5, state: 'f64' },
    list: { items: 2 },
  });
  expect(shown(found.find(({ kind }) => kind === 'pipe.Connection')!)).toEqual({
    items: 1,
    state: 'ends: 1 open, 1 open',
    holders,
  });
  end.abort();
  await Promise.allSettled(waits);
  for (const object of [...objects, one, other]) object.close();
});

test('a manager is held by its server, with the unread requests', async () => {
  await using manager = await Manager.start();
  await manager.dict().set('a', 1);
  const { output } = await command('list', '--json');
  const [requests] = (JSON.parse(output) as Record<string, unknown>[]).filter(
    ({ kind }) => kind === 'manager.Requests',
  );
  expect(requests).toMatchObject({
    items: 0,
    state: expect.stringMatching(/^had \d+ clients$/) as string,
    holders: [{ pid: manager.process?.pid }],
  });
});

test.each([0, 1, 0x7f, 0xff])('segments full of bytes %i are listed all the same', async (byte) => {
  const child = startChild(program('make-one-of-each.mjs'));
  const count = Number(/\d+/.exec(await child.line(/^made/))?.[0]);
  const directory = process.env['MULTIPROCESS_DIR']!;
  const kinds = new Map(inspectObjects().objects.map(({ name, kind }) => [encodeURIComponent(name), kind]));
  for (const file of readdirSync(directory)) {
    if (![...kinds.keys()].some((name) => file.endsWith(name))) continue;
    const fd = openSync(path.join(directory, file), 'r+');
    writeSync(fd, Buffer.alloc(Math.min(32_768, statSync(path.join(directory, file)).size) - 128, byte), 0, null, 128);
    closeSync(fd);
  }
  const { status, output, stderr } = await command('list', '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect((JSON.parse(output) as unknown[]).length).toBeGreaterThanOrEqual(count);
  await child.kill();
  markKilled();
});
