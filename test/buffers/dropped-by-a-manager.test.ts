import type { SharedBuffer } from '@multiprocess/buffers';
import { Manager } from '@multiprocess/manager';
import { Pipe } from '@multiprocess/pipe';
import type { Connection } from '@multiprocess/pipe';
import { EOFError } from '@multiprocess/shared-memory';
import { afterAll, expect, test } from 'vitest';
import { newPool } from './helpers.js';

const manager = await Manager.start();
afterAll(() => manager.shutdown());

type Item = number | object;
const dictOf = (initial: Record<string, Item>) => manager.dict<string, Item>(initial);
const listOf = (initial: Item[]) => manager.list<Item>(initial);

/** What each does drops the buffer that the object was given. */
const DROPS: readonly [name: string, drop: (buffer: SharedBuffer) => unknown][] = [
  ['dict.delete()', (buffer) => dictOf({ key: buffer }).delete('key')],
  ['dict.delete(), of a value around it', (buffer) => dictOf({ key: { deep: [buffer] } }).delete('key')],
  ['dict.delete(), of a Map', (buffer) => dictOf({ key: new Map([[1, new Set([buffer])]]) }).delete('key')],
  ['dict.set()', (buffer) => dictOf({ key: buffer }).set('key', 1)],
  ['dict.clear()', (buffer) => dictOf({ key: buffer }).clear()],
  ['dict.update() of a value', (buffer) => dictOf({ key: buffer }).update('key', () => 1)],
  ['dict.update() by another', (buffer) => dictOf({ key: buffer }).update({ key: 1 })],
  ['dict.setDefault()', (buffer) => dictOf({ key: 1 }).setDefault('key', buffer)],
  ['dict.compareAndSet()', (buffer) => dictOf({ key: 1 }).compareAndSet('key', 2, buffer)],
  ['list.delete()', (buffer) => listOf([buffer]).delete(0)],
  ['list.set()', (buffer) => listOf([buffer]).set(0, 1)],
  ['list.update()', (buffer) => listOf([buffer]).update(0, () => 1)],
  ['list.compareAndSet()', (buffer) => listOf([1]).compareAndSet(0, 2, buffer)],
  ['list.clear()', (buffer) => listOf([buffer]).clear()],
  ['list.fill()', (buffer) => listOf([buffer]).fill(1)],
  ['list.fill() of none', (buffer) => listOf([]).fill(buffer)],
  ['list.length', (buffer) => void (listOf([buffer]).sync.length = 0)],
  ['value.set()', (buffer) => manager.value<unknown>(buffer).set(1)],
  ['value.update()', (buffer) => manager.value<unknown>(buffer).update(() => 1)],
  ['value.compareAndSet()', (buffer) => manager.value<unknown>(1).compareAndSet(2, buffer)],
  ['namespace', (buffer) => manager.namespace({ name: buffer }).delete('name')],
  [
    'queue.shutdown()',
    async (buffer) => {
      const queue = manager.queue();
      await queue.put(buffer);
      await queue.shutdown({ immediate: true });
    },
  ],
  [
    'queue.put(), for which there was no room',
    async (buffer) => {
      const queue = manager.queue({ maxsize: 1 });
      await queue.put(1);
      await expect(queue.put(buffer, { timeout: 0 })).rejects.toThrow('no room');
    },
  ],
];

// The pool looks for chunks of the dead only; the manager lives, and collects no garbage while it is idle.
test.each(DROPS)('%s gives the chunk back at once', async (_name, drop) => {
  const pool = newPool({ chunks: 1 });
  await drop(pool.loanSync());
  expect(pool.free).toBe(1);
});

test.each<[name: string, take: (buffer: SharedBuffer) => Promise<unknown>]>([
  ['dict.pop()', (buffer) => manager.dict({ key: buffer }).pop('key')],
  ['dict.pop(), the other value', (buffer) => manager.dict().pop('key', buffer)],
  ['dict.popItem()', async (buffer) => (await manager.dict({ key: buffer }).popItem())?.[1]],
  ['dict.update()', (buffer) => manager.dict({ key: buffer }).update('key', (one) => one!)],
  [
    'dict.update(), by a value around it',
    async (buffer) => {
      const dict = dictOf({ key: buffer });
      return ((await dict.update('key', (one) => [one])) as unknown[])[0];
    },
  ],
  ['dict.setDefault()', (buffer) => manager.dict<string, SharedBuffer>().setDefault('key', buffer)],
  ['list.pop()', (buffer) => manager.list([buffer]).pop()],
  ['list.shift()', (buffer) => manager.list([buffer]).shift()],
  ['list.splice()', async (buffer) => (await manager.list([buffer]).splice(0, 1))[0]],
  [
    'list.sort()',
    async (buffer) => {
      const list = manager.list([buffer]);
      await list.sort();
      await list.reverse();
      return list.get(0);
    },
  ],
  ['value.get()', (buffer) => manager.value(buffer).get()],
])('%s hands it on', async (_name, take) => {
  const pool = newPool({ chunks: 1 });
  const buffer = pool.loanSync();
  buffer.bytes[0] = 9;
  using got = (await take(buffer)) as SharedBuffer;
  expect(got.bytes[0]).toBe(9);
  expect(pool.free).toBe(0);
});

test('an end of a pipe that a dict drops is closed: the other end is told', async () => {
  const [here, there] = Pipe.duplex();
  const dict = manager.dict<string, Connection>({ end: there });
  await dict.delete('end');
  await expect(here.recv()).rejects.toBeInstanceOf(EOFError);
  here.close();
});
