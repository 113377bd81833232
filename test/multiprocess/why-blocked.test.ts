import { inspectObjects } from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { BoundedSemaphore, Event, Lock, RLock } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { command } from './command.js';

const program = (name: string) => new URL(`fixtures/${name}`, import.meta.url);
const waits = (pid: number) =>
  inspectObjects().threads.some((one) => one.pid === pid && (one.blockedOn ?? one.awaits[0]));

/** Two processes, each of which has one lock and wants the other's. */
async function deadlock(forms: readonly [string, string]) {
  const locks = [new Lock({ name: 'one' }), new Lock({ name: 'two' })] as const;
  const [one, two] = locks.map(({ handle }) => handle) as [string, string];
  const first = startChild(program('take-both.mjs'), { args: [one, two, forms[0]] });
  const second = startChild(program('take-both.mjs'), { args: [two, one, forms[1]] });
  for (const child of [first, second]) await child.line('holds');
  for (const child of [first, second]) child.say('go');
  await until(() => waits(first.pid) && waits(second.pid));
  return {
    first,
    second,
    [Symbol.dispose]: () => {
      for (const lock of locks) lock.close();
    },
  };
}

describe('two processes that are blocked on each other', () => {
  test('are named as a deadlock, with the locks and their holders', async () => {
    using stuck = await deadlock(['sync', 'sync']);
    const [first, second] = [stuck.first.pid, stuck.second.pid];
    const { status, output } = await command('why-blocked', String(first));
    expect(status).toBe(0);
    expect(output).toContain(`${first} ${process.execPath}`);
    expect(output).toContain(`is blocked on sync.Lock "two", held by ${second} `);
    expect(output).toContain(`which is blocked on sync.Lock "one", held by ${first} `);
    expect(output).toContain(`DEADLOCK: ${first} -> ${second} -> ${first}`);
  });

  test('are a deadlock in JSON, too', async () => {
    using stuck = await deadlock(['sync', 'sync']);
    const { output } = await command('why-blocked', String(stuck.second.pid), '--json');
    const { threads, circles } = JSON.parse(output) as Record<string, unknown>;
    const holder = { pid: stuck.first.pid, threadId: 0 };
    expect(threads).toEqual([
      { pid: stuck.second.pid, threadId: 0, blockedOn: { kind: 'sync.Lock', name: 'one', holder }, awaits: [] },
    ]);
    expect(circles).toEqual([{ isDeadlock: true, threads: [{ pid: stuck.second.pid, threadId: 0 }, holder] }]);
  });

  test('go on when one of them is killed, as the explanation says', async () => {
    using stuck = await deadlock(['sync', 'async']);
    await stuck.second.kill();
    await stuck.first.line('has both');
  });
});

test('--all tells of every process that waits, and of each circle once', async () => {
  expect((await command('why-blocked', '--all')).output).toBe('No thread waits for anything of this toolkit.');
  using stuck = await deadlock(['sync', 'sync']);
  const [first, second] = [stuck.first.pid, stuck.second.pid];
  const { status, output } = await command('why-blocked', '--all');
  expect(status).toBe(0);
  expect(output).toContain(`${first} ${process.execPath}`);
  expect(output).toContain('is blocked on sync.Lock "two"');
  expect(output).toContain('is blocked on sync.Lock "one"');
  expect(output.match(/DEADLOCK/g)).toHaveLength(1);
  const { threads, circles } = JSON.parse((await command('why-blocked', '--all', '--json')).output) as {
    threads: { pid: number }[];
    circles: object[];
  };
  expect(threads.map(({ pid }) => pid).toSorted()).toEqual([first, second].toSorted());
  expect(circles).toHaveLength(1);
  expect((await command('why-blocked', '--all', String(first))).status).toBe(2);
});

test('processes that wait in a circle are told apart from a deadlock when one of them merely awaits', async () => {
  using stuck = await deadlock(['async', 'sync']);
  const [first, second] = [stuck.first.pid, stuck.second.pid];
  const { output } = await command('why-blocked', String(first));
  expect(output).toContain('awaits sync.Lock "two"');
  expect(output).toContain(`Circle: ${first} -> ${second} -> ${first}`);
  expect(output).not.toContain('DEADLOCK');
});

test('a stopped holder is named as such, with the command that lets it go on', async () => {
  using locks = await deadlock(['sync', 'sync']);
  process.kill(locks.second.pid, 'SIGSTOP');
  const { output } = await command('why-blocked', String(locks.first.pid));
  expect(output).toContain(`is stopped: "kill -CONT ${locks.second.pid}" lets it go on`);
});

test('of many waits of one event loop the oldest five are told', async () => {
  using queue = new Queue({ name: 'jobs' });
  using lock = new Lock();
  lock.acquireSync();
  const child = startChild(program('await-many.mjs'), { args: [queue.handle, lock.handle, '8'] });
  await child.line('awaits');
  const awaited = () => inspectObjects().threads.find(({ pid }) => pid === child.pid)?.awaits ?? [];
  await until(() => awaited().length === 5);
  expect(awaited().map(({ object }) => object?.name)).toEqual(Array(5).fill('jobs'));
  // When those are over, what waited behind them is told.
  for (let item = 0; item < 8; item++) await queue.put(item);
  await until(() => awaited().length === 1);
  expect(awaited()[0]).toMatchObject({ object: { kind: 'sync.Lock' }, holder: { pid: process.pid } });
  const { output } = await command('why-blocked', String(child.pid));
  expect(output).toContain(`held by ${process.pid} `);
});

test('a thread that waits for nothing is reported as such', async () => {
  using lock = new Lock();
  lock.acquireSync();
  const { output, status } = await command('why-blocked', String(process.pid));
  expect(status).toBe(0);
  expect(output).toContain('waits for nothing of this toolkit');
  lock.release();
});

test.each([
  ['no process id', [], 2, 'needs one process id or --all, received ""'],
  ['something else', ['me'], 2, 'needs one process id or --all, received "me"'],
  ['a process that does not use the toolkit', ['1'], 1, 'No thread of process 1 uses this toolkit'],
])('given %s it reports that', async (_what, args, status, message) => {
  const outcome = await command('why-blocked', ...args);
  expect(outcome.status).toBe(status);
  expect(outcome.stderr).toContain(message);
});

test('an object with several holders is shown with its state and all holders, and is not a deadlock', async () => {
  using permits = new BoundedSemaphore({ name: 'permits', value: 2 });
  using lock = new RLock({ name: 'lock' });
  const holder = startChild(program('hold-then-take.mjs'), { args: [permits.handle, lock.handle] });
  lock.acquireSync();
  await holder.line('holds');
  permits.acquireSync();
  const waiter = startChild(program('hold-then-take.mjs'), { args: [permits.handle, lock.handle] });
  await until(() => waits(holder.pid) && waits(waiter.pid));
  const { output } = await command('why-blocked', String(waiter.pid));
  expect(output).toMatch(/is blocked on sync\.BoundedSemaphore "permits" \(0 of 2 free\), held by \d+ .* and \d+ /);
  expect(output).toContain(`${holder.pid} is blocked on sync.RLock "lock", held by ${process.pid} `);
  expect(output).not.toContain('DEADLOCK');
  permits.release();
  lock.release();
  await Promise.all([holder.exit, waiter.exit]);
});

test('an object without a holder is shown with its state', async () => {
  using event = new Event({ name: 'go' });
  const child = startChild(program('wait-for.mjs'), { args: [event.handle] });
  await until(() => waits(child.pid));
  const { output } = await command('why-blocked', String(child.pid));
  expect(output).toContain('is blocked on sync.Event "go" (not set), which no thread holds');
  event.set();
  await child.exit;
});
