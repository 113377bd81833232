import { readFileSync } from 'node:fs';
import { inspectObjects } from '@multiprocess/shared-memory';
import { Pool } from '@multiprocess/pool';
import { Process } from '@multiprocess/process';
import { Lock } from '@multiprocess/sync';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { command } from './command.js';
import { formatTable } from '../../packages/multiprocess/build/cli/table.js';
import { Rates } from '../../packages/multiprocess/build/inspect/rates.js';

/** A child that waits for its parent. */
async function startProcess(name: string): Promise<Process> {
  const child = new Process({
    name,
    target: function waitForEver() {
      return new Promise((resolve) => setTimeout(resolve, 1e8));
    },
  });
  child.start();
  onTestFinished(async () => {
    child.kill();
    await child.join();
  });
  await child.ready();
  return child;
}

test('a child is shown by the name of its Process and of its task, wherever processes are shown', async () => {
  const child = await startProcess('Worker two\nlines');
  const shown = readFileSync(`/proc/${String(child.pid)}/cmdline`, 'latin1')
    .replaceAll('\0', ' ')
    .trimEnd();
  expect(shown).toBe('node: Worker two lines (waitForEver)');
  expect((await command('tree')).output).toContain(`${String(child.pid)} node: Worker two lines (waitForEver)`);
});

test('a title that the user gives stays', async () => {
  const child = new Process({
    target: () => new Promise((resolve) => setTimeout(resolve, 1e8)),
    execArgv: ['--title=mine'],
  });
  child.start();
  await child.ready();
  expect(readFileSync(`/proc/${String(child.pid)}/cmdline`, 'latin1')).toMatch(/^mine\0/);
  child.kill();
  await child.join();
});

test('tree shows the processes below each other, with what they hold and wait for', async () => {
  using lock = new Lock({ name: 'printer' });
  lock.acquireSync();
  using other = new Lock({ name: 'other' });
  const child = startChild(new URL('fixtures/take-both.mjs', import.meta.url), {
    args: [other.handle, lock.handle, 'sync'],
  });
  await child.line('holds');
  child.say('go');
  await until(() => inspectObjects().threads.some(({ pid, blockedOn }) => pid === child.pid && blockedOn));
  const { status, output } = await command('tree');
  expect(status).toBe(0);
  const lines = output.split('\n');
  const [own, below] = [process.pid, child.pid].map((pid) =>
    lines.findIndex((line) => line.replace(/^[ │├└─]*/, '').startsWith(`${pid} `)),
  ) as [number, number];
  expect(own).toBeGreaterThanOrEqual(0);
  expect(below).toBeGreaterThan(own);
  expect(lines[below]).toMatch(/^[├└]─ /);
  expect(lines[own + 1]).toMatch(/holds sync\.Lock printer$/);
  expect(lines.slice(below)).toContainEqual(expect.stringMatching(/ holds sync\.Lock other$/));
  expect(lines.slice(below)).toContainEqual(expect.stringMatching(/ is blocked on sync\.Lock printer$/));
  const [root] = JSON.parse((await command('tree', '--json')).output) as {
    pid: number;
    facts: string[];
    children: { pid: number; facts: string[] }[];
  }[];
  expect(root).toMatchObject({ pid: process.pid, facts: ['holds sync.Lock printer'] });
  expect(root!.children.find(({ pid }) => pid === child.pid)?.facts).toEqual([
    'holds sync.Lock other',
    'is blocked on sync.Lock printer',
  ]);
});

test('the workers of a pool stand below their parent, by their names', async () => {
  const pool = new Pool({ processes: 1 });
  await pool.apply(() => undefined);
  expect((await command('tree')).output).toMatch(/[├└]─ \d+ node: PoolWorker-1 \(poolWorker\)/);
  pool.close();
  await pool.join();
});

test('a table is made as narrow as the terminal: columns of text are cut, the widest first, and numbers never', () => {
  const head = ['KIND', 'NAME', 'SIZE'];
  const rows = [
    ['sync.Lock', 'a-rather-long-name-of-a-lock', '132 B'],
    ['queue.Queue', 'jobs', '1.0 GiB'],
  ];
  expect(formatTable(head, rows, 40).split('\n')).toEqual([
    'KIND         NAME                   SIZE',
    'sync.Lock    a-rather-long-nam…    132 B',
    'queue.Queue  jobs                1.0 GiB',
  ]);
  for (let width = 1; width < 60; width++) {
    const longest = Math.max(
      ...formatTable(head, rows, width)
        .split('\n')
        .map((line) => line.length),
    );
    if (width >= 23) expect(longest).toBeLessThanOrEqual(width);
    expect(formatTable(head, rows, width)).toContain('1.0 GiB');
  }
  expect(formatTable(head, rows)).toContain('a-rather-long-name-of-a-lock');
});

test('rates are the items for each second between two looks; counters go round', async () => {
  const rates = new Rates();
  const at = (put: number, taken: number): never[] =>
    [{ name: 'jobs', flow: { put, taken } }, { name: 'lock' }] as never[];
  expect(rates.since(at(2 ** 32 - 10, 5)).size).toBe(0);
  const begin = performance.now();
  await until(() => performance.now() - begin >= 20);
  const found = rates.since(at(10, 5));
  expect([...found.keys()]).toEqual(['jobs']);
  const { put, taken } = found.get('jobs') as { put: number; taken: number };
  expect(put).toBeGreaterThan(0);
  expect(put).toBeLessThanOrEqual(1000);
  expect(taken).toBe(0);
});

test('one item in a long while is a small rate, not none', async () => {
  const rates = new Rates();
  const at = (put: number): never[] => [{ name: 'jobs', flow: { put, taken: 0 } }] as never[];
  // The first look lets time pass, as a slow machine does.
  rates.since(at(0));
  const begin = performance.now();
  await until(() => performance.now() - begin > 2500);
  const { put } = rates.since(at(1)).get('jobs') as { put: number };
  expect(put).toBeGreaterThan(0);
  expect(put).toBeLessThan(0.5);
});

test('list --watch shows rates', async () => {
  const main = new URL('../../packages/multiprocess/dist/cli/main.js', import.meta.url);
  const { Queue } = await import('@multiprocess/queue');
  using queue = new Queue({ name: 'jobs' });
  const watching = startChild(main, { args: ['list', '--watch', '--json'] });
  await watching.line(/queue\.Queue/);
  await queue.putMany(Array.from({ length: 1000 }, (_, i) => i));
  const line = await watching.line(/"rate":\{"put":[1-9]/);
  expect((JSON.parse(line) as { name: string; flow: object }[]).find(({ name }) => name === 'jobs')?.flow).toEqual({
    put: 1000,
    taken: 0,
  });
  await watching.kill('SIGTERM');
});
