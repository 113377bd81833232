import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ListProxy, Manager } from '@multiprocess/manager';
import { Process } from '@multiprocess/process';
import { attach, HandleError, ManagerClosedError } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import {
  Heap,
  holdAll,
  incrementMany,
  shutBoundary,
  updateUnderLock,
  updateUnderLockSync,
  useByHandle,
  waitForOne,
} from './fixtures/work.mjs';

let manager: Manager;
beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager.shutdown());

function startAll(count: number, target: (...args: never[]) => unknown, args: readonly unknown[]): Process[] {
  const processes = Array.from({ length: count }, () => new Process({ target, args: args as never[] }));
  for (const one of processes) one.start();
  return processes;
}

async function joinAll(processes: readonly Process[]): Promise<void> {
  await Promise.all(processes.map((one) => one.join()));
  expect(processes.map((one) => one.exitCode)).toEqual(processes.map(() => 0));
}

test('four processes that increment ten thousand times each make forty thousand', async () => {
  const dict = manager.dict({ n: 0 });
  await joinAll(startAll(4, incrementMany, [dict, 10_000]));
  expect(await dict.get('n')).toBe(40_000);
});

test.each([
  ['withLock', updateUnderLock],
  ['withLockSync', updateUnderLockSync],
])('%s keeps all others out of an object', async (_name, target) => {
  const dict = manager.dict({ n: 0 });
  await joinAll(startAll(3, target, [dict, 200]));
  expect(await dict.get('n')).toBe(600);
});

test('withLockSync() of an async function is a TypeError that names withLock(), and ends the section', () => {
  const dict = manager.dict();
  expect(() => dict.withLockSync(() => Promise.resolve())).toThrow(/async.+use withLock\(\)/);
  expect(dict.sizeSync()).toBe(0);
});

test('withLock also keeps calls out that take no lock, in this process as well', async () => {
  const dict = manager.dict<string, number>({ n: 0 });
  const order: string[] = [];
  const inside = dict.withLock(async () => {
    await dict.set('n', 1);
    order.push('inside');
  });
  const outside = dict.get('n').then(() => order.push('outside'));
  await Promise.all([inside, outside]);
  expect(order).toEqual(['inside', 'outside']);
  expect(await dict.withLock(() => dict.withLock(() => dict.get('n')))).toBe(1);
});

test('a proxy is sent to another process by itself, or by its handle', async () => {
  const dict = manager.dict();
  await joinAll(startAll(1, shutBoundary, [manager, dict]));
  const nested = (await dict.get('nested')) as typeof dict;
  expect(await nested.get('deep')).toBe(1); // though the client that made it has ended
  await joinAll(startAll(1, useByHandle, [manager.handle]));
  expect(attach(dict.handle)).toBe(dict);
  expect(ListProxy.attach(manager.list([1]).handle)).toBeInstanceOf(ListProxy);
  expect(() => ListProxy.attach(dict.handle)).toThrow(HandleError);
});

test('ten thousand objects that are dropped leave the server as it was', async () => {
  const own = await Manager.start();
  own.register({ url: new URL('./fixtures/work.mjs', import.meta.url).href }, Heap);
  const heap = own.create<Heap>('Heap');
  const makeAndDrop = async (): Promise<void> => {
    const calls = Array.from({ length: 10_000 }, (_, i) => own.list([i, 'x'.repeat(100)]).length());
    await Promise.all(calls);
  };
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const objects = async (): Promise<number> => {
    collect();
    return (await own.info()).objects;
  };
  await makeAndDrop();
  await until(async () => (await objects()) === 1);
  const before = await heap.used();
  for (let round = 0; round < 3; round++) {
    await makeAndDrop();
    await until(async () => (await objects()) === 1);
  }
  expect(await heap.used()).toBeLessThan(before + 2_000_000); // an object that is kept has some hundred bytes
  await own.shutdown();
});

test('close() gives an object back at once', async () => {
  const before = (await manager.info()).objects;
  const lists = Array.from({ length: 100 }, () => manager.list());
  expect((await manager.info()).objects).toBe(before + 100);
  for (const list of lists) list.close();
  await until(async () => (await manager.info()).objects === before);
});

test('what a killed client held is free: locks, permits, exclusive sections, objects', async () => {
  const own = await Manager.start();
  const held = own.queue<number>();
  const objects = { lock: own.lock(), rlock: own.rlock(), bounded: own.boundedSemaphore(1), list: own.list() };
  const [holder] = startAll(1, holdAll, [held, objects]);
  await held.get();
  expect([await objects.lock.acquire({ timeout: 0 }), await objects.rlock.acquire({ timeout: 0 })]).toEqual([
    false,
    false,
  ]);
  expect(await objects.bounded.acquire({ timeout: 0 })).toBe(false);
  holder!.kill();
  markKilled();
  expect([await objects.lock.acquire(), await objects.rlock.acquire(), await objects.bounded.acquire()]).toEqual([
    true,
    true,
    true,
  ]);
  expect([await objects.lock.ownerDied(), await objects.rlock.ownerDied()]).toEqual([true, true]);
  expect(await objects.list.length()).toBe(0);
  await until(async () => (await own.info()).clients === 1);
  await own.shutdown();
});

test('a program ends though a call that blocked has received what an awaited one slept for', async () => {
  const program = new URL('./fixtures/block-meanwhile.mjs', import.meta.url);
  const child = startChild(program, { args: [manager.queue().handle] });
  await child.line('here');
  expect(await child.exit).toEqual({ code: 0, signal: null });
});

test('a server without requests sleeps', async () => {
  const own = await Manager.start();
  const dict = own.dict({ n: 0 });
  for (let i = 0; i < 1000; i++) dict.incrementSync('n');
  const ticks = (): number => {
    const fields = readFileSync(`/proc/${String(own.process?.pid)}/stat`, 'utf8')
      .split(') ')[1]!
      .split(' ');
    return Number(fields[11]) + Number(fields[12]); // of 10 ms of processor time
  };
  await until(async () => {
    const before = ticks();
    await delay(500);
    return ticks() - before <= 1;
  });
  expect(await dict.get('n')).toBe(1000);
  await own.shutdown();
});

test('a server that is shut down gives every waiting caller ManagerClosedError', async () => {
  const own = await Manager.start();
  const queue = own.queue();
  const results = manager.queue<string>();
  const [waiter] = startAll(1, waitForOne, [queue, results]);
  expect(await results.get()).toBe('waiting');
  const pending = Promise.allSettled([queue.get(), own.list().length(), own.event().wait()]);
  await own.shutdown();
  await own.shutdown();
  for (const one of await pending) {
    if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(ManagerClosedError);
  }
  expect(await results.get()).toBe('ManagerClosedError');
  await joinAll([waiter!]);
  await expect(queue.size()).rejects.toBeInstanceOf(ManagerClosedError);
  expect(() => queue.sizeSync()).toThrow(ManagerClosedError);
  expect(() => own.list()).toThrow(ManagerClosedError);
  expect(own.process?.exitCode).toBe(0);
});

test('a server that is killed gives every waiting caller ManagerClosedError', async () => {
  const own = await Manager.start();
  const queue = own.queue();
  const results = manager.queue<string>();
  const [waiter] = startAll(1, waitForOne, [queue, results]);
  expect(await results.get()).toBe('waiting');
  const pending = queue.get().catch((error: unknown) => error);
  own.process?.kill();
  markKilled();
  expect(await pending).toBeInstanceOf(ManagerClosedError);
  expect(await results.get()).toBe('ManagerClosedError');
  expect(() => queue.sizeSync()).toThrow(ManagerClosedError);
  await joinAll([waiter!]);
});

test('a thread that is blocked in a call finds out that the server was killed', async () => {
  const own = await Manager.start();
  const event = own.event();
  const { pid } = own.process!;
  await event.isSet();
  setImmediate(() => undefined);
  const killer = new Process({
    target: function kill(victim: number) {
      setTimeout(() => process.kill(victim, 'SIGKILL'), 50);
    },
    args: [pid!],
  });
  killer.start();
  markKilled();
  expect(() => event.waitSync()).toThrow(ManagerClosedError);
  await killer.join();
});

test('the server ignores SIGINT', async () => {
  const own = await Manager.start();
  process.kill(own.process!.pid!, 'SIGINT');
  expect(await own.list([1]).length()).toBe(1);
  await own.shutdown();
});

test('a manager that cannot listen says why', async () => {
  await expect(Manager.start({ address: 'unix:/no/such/directory/socket' })).rejects.toThrow(/EACCES|ENOENT/);
  await expect(Manager.start({ address: 'nonsense' })).rejects.toThrow(TypeError);
  await expect(Manager.start('unix:/here' as never)).rejects.toThrow(
    /^options must be an object like .* received 'unix:/,
  );
  await expect(Manager.connect(undefined as never)).rejects.toThrow('address must be a string, received undefined');
  await expect(Manager.start({ authkey: 'text' as never })).rejects.toThrow('authkey must be a Uint8Array');
  await expect(Manager.start({ authkey: new Uint8Array(0) })).rejects.toThrow(RangeError);
  await expect(Manager.start({ serializer: 'xml' as never })).rejects.toThrow(TypeError);
});

test('await using ends it', async () => {
  const lists: ListProxy<number>[] = [];
  {
    await using own = await Manager.start();
    lists.push(own.list([1]));
    expect(await lists[0]?.length()).toBe(1);
  }
  await expect(lists[0]?.length()).rejects.toBeInstanceOf(ManagerClosedError);
});
