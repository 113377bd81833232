import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pipe } from '@multiprocess/pipe';
import { JoinableQueue, Queue } from '@multiprocess/queue';
import { parseHandle, Segment, SharedMemory, thisThread } from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock, Semaphore } from '@multiprocess/sync';
import { SharedArray, SharedValue } from '@multiprocess/values';
import { expect, test } from 'vitest';
import { directory, fileOf } from '../helpers/file-of.js';
import { until } from '../helpers/until.js';
import { memoryOf, wordsOf } from '../helpers/words-of.js';
import { User } from '../sync/use.js';

// What lies in shared memory is read by processes with other versions of this toolkit: a change of any of these numbers
// is a new layout version. They are written here a second time on purpose.

test('a segment begins with 128 bytes of header', () => {
  using memory = new SharedMemory({ size: 1000 });
  new Uint8Array(memory.buffer).fill(7);
  const file = fileOf(memory);
  expect(file.length).toBe(128 + 1000);
  expect(file.toString('latin1', 0, 4)).toBe('MPSG');
  expect(file.readUInt32LE(4)).toBe(2); // version
  expect(file.readUInt32LE(12)).toBe(1128); // length, low
  expect(file.readUInt32LE(16)).toBe(0); // length, high
  expect(file.readBigUInt64LE(20)).toBe(thisThread().registry.id);
  expect(file.readUInt32LE(28)).toBe(process.pid);
  expect(file.toString('latin1', 32, 64)).toBe('shared-memory.SharedMemory'.padEnd(32, '\0'));
  expect(file.subarray(64, 128).every((byte) => byte === 0)).toBe(true);
  expect(file[128]).toBe(7);
});

test('a handle names kind and file', () => {
  using lock = new Lock({ name: 'pinned name/1' });
  expect(lock.handle).toBe('multiprocess:sync.Lock:pinned%20name%2F1');
});

test('a slab is the threads that have cells of it, how many were given out, and cells, each with its state, its holders and its length', () => {
  using lock = new Lock();
  const [, slab = '', cell, generation] = /^(.+)_(\d+)_(\d+)$/.exec(parseHandle(lock.handle).reference) ?? [];
  const file = readFileSync(join(directory(), `s-${slab}`));
  const words = new Int32Array(Uint8Array.from(file.subarray(128)).buffer);
  expect(file.length).toBe(4096);
  expect(file.toString('latin1', 32, 64)).toBe('sync.Lock'.padEnd(32, '\0'));
  expect(file.readUInt32LE(64)).toBe(64); // bytes of a cell
  expect(words[0]).toBe(thisThread().self);
  expect([...words.subarray(1, 63)]).toEqual(new Array(62).fill(0));
  expect(words[63]).toBe(Number(cell) + 1); // how many were given out
  const at = 64 + Number(cell) * 16;
  expect([...words.subarray(at, at + 4)]).toEqual([(Number(generation) << 2) | 1, 1, 0, 4]); // used; held by the first; bytes
  const { words: live, firstWord } = memoryOf(lock);
  expect(firstWord).toBe(at + 4);
  lock.close();
  expect(live[at]).toBe((Number(generation) << 2) | 1); // attached to once more, by this test
});

test('a value is its type, how many, its lock, and where it begins; its own lock is in between', () => {
  using value = new SharedValue('i32', 7);
  const words = wordsOf(value);
  value.lock.acquireSync();
  expect([...words]).toEqual([5, 1, 1, 32, thisThread().self, 1, 0, 0, 7, 0]);
  using lock = new Lock();
  using withLock = new SharedValue('i32', 7, { lock });
  const length = lock.handle.length;
  const begin = 16 + Math.ceil(length / 8) * 8;
  expect([...wordsOf(withLock).subarray(0, 4)]).toEqual([5, 1, 2 | (length << 8), begin]);
  expect(wordsOf(withLock)[begin / 4]).toBe(7);
  using named = new SharedValue('i32', 7, { name: 'pinned value' });
  expect([...wordsOf(named).subarray(0, 4)]).toEqual([5, 1, 1, 528]);
  using array = new SharedArray('i32', [7, 8], { name: 'pinned array' });
  expect([...wordsOf(array).subarray(0, 4)]).toEqual([5, 2, 1, 576]);
});

test('a lock is one word: its owner, and bit 31 if a thread may sleep', async () => {
  using lock = new Lock();
  const words = wordsOf(lock);
  expect(words.byteLength).toBe(4);
  lock.acquireSync();
  expect(words[0]).toBe(thisThread().self);
  const pending = lock.acquire();
  await until(() => words[0] === (thisThread().self | 0x80000000));
  lock.release();
  expect(await pending).toBe(true);
  lock.release();
  expect(words[0]).toBe(0);
});

test('a fair lock is which slot has it, the last ticket, and from word 2 on its slots: how many, then owner and ticket', async () => {
  using lock = new Lock({ fair: true });
  const words = wordsOf(lock);
  const { self } = thisThread();
  expect(words.byteLength).toBe((3 + 255 * 2) * 4);
  lock.acquireSync();
  expect([words[0]! & 0xff, words[0]! >>> 30, ...words.subarray(1, 5)]).toEqual([1, 0, 0, 1, self, 0]);
  const pending = lock.acquire();
  await until(() => words[0]! < 0); // threads wait
  expect([words[0]! & 0xff, ...words.subarray(1, 7)]).toEqual([1, 1, 2, self, 0, self, 1]);
  lock.release();
  expect(await pending).toBe(true);
  expect([words[0]! & 0xff, ...words.subarray(1, 7)]).toEqual([2, 1, 2, 0, 0, self, 0]);
  lock.release();
  expect(words[0]! & 0xff).toBe(0);
  expect([...words.subarray(3, 7)]).toEqual([0, 0, 0, 0]);
});

test('a recursive lock is a lock, how often it was taken, and for which async context: 0 for the thread', async () => {
  using lock = new RLock();
  const words = wordsOf(lock);
  expect(words.byteLength).toBe(12);
  lock.acquireSync();
  lock.acquireSync();
  expect([...words.subarray(0, 3)]).toEqual([thisThread().self, 2, 0]);
  lock.release();
  lock.release();
  expect(words[0]).toBe(0);
  await lock.acquire();
  expect([words[0], words[1]]).toEqual([thisThread().self, 1]);
  expect(words[2]).toBeGreaterThan(0);
  lock.release();
});

test('a lock for readers and writers is a lock, who writes, two eventcounts, and from word 4 on its readers: owner, shares', async () => {
  using lock = new RWLock();
  const words = wordsOf(lock);
  const { self } = thisThread();
  expect(words.byteLength).toBe((5 + 480 * 2) * 4);
  lock.readLock.acquireSync();
  lock.readLock.acquireSync();
  expect([...words.subarray(0, 7)]).toEqual([0, 0, 0, 0, 1, self, 2]);
  const writing = lock.writeLock.acquire();
  await until(() => words[3] === 1); // a thread may sleep
  const reading = lock.readLock.acquire();
  await until(() => words[2] === 1);
  expect([...words.subarray(0, 9)]).toEqual([self, 0, 1, 1, 2, self, 2, self | 0x80000000, 0]);
  lock.readLock.release();
  lock.readLock.release();
  expect(await writing).toBe(true);
  expect([...words.subarray(0, 2)]).toEqual([self, self]);
  lock.writeLock.release();
  expect(await reading).toBe(true);
  expect([...words.subarray(0, 2), ...words.subarray(4, 9)]).toEqual([0, 0, 2, 0, 1, self, 1]);
});

test('a semaphore is what it was made with, and in word 1 its free permits, and bit 31 if a thread may sleep', async () => {
  using semaphore = new Semaphore({ value: 3 });
  const words = wordsOf(semaphore);
  expect(words.byteLength).toBe(8);
  semaphore.acquireSync();
  expect([words[0], words[1]]).toEqual([3, 2]);
  semaphore.acquireSync();
  semaphore.acquireSync();
  const pending = semaphore.acquire();
  await until(() => words[1] === (0x80000000 | 0));
  semaphore.release(2);
  expect(words[1]! & 0x7fffffff).toBe(2);
  expect(await pending).toBe(true);
  expect(words[1]! & 0x7fffffff).toBe(1);
  expect(words[0]).toBe(3);
});

test('a bounded semaphore is what it was made with, an eventcount in word 1, and the owner of each permit', async () => {
  using semaphore = new BoundedSemaphore({ value: 20 });
  const words = wordsOf(semaphore);
  expect(words.byteLength).toBe(112); // whole lines of 64 bytes, with the head of a cell
  expect([words[0], words[1]]).toEqual([20, 0]);
  semaphore.acquireSync();
  expect(words[2]).toBe(thisThread().self);
  for (let i = 1; i < 20; i++) semaphore.acquireSync();
  expect([...words.subarray(2, 22)].every((owner) => owner === thisThread().self)).toBe(true);
  const pending = semaphore.acquire();
  await until(() => words[1] === 1); // a thread may sleep
  semaphore.release();
  expect(words[1]! >>> 1).toBeGreaterThan(0); // woken
  await pending;
});

test('an event is a word, its rounds and whether it is set, and an eventcount', async () => {
  using event = new Event();
  const words = wordsOf(event);
  expect(words.byteLength).toBe(8);
  const pending = event.wait();
  await until(() => words[1] === 1); // a thread may sleep
  event.set();
  expect(words[0]).toBe((1 << 1) | 1);
  await pending;
  event.clear();
  expect(words[0]).toBe(1 << 1);
  event.set();
  expect(words[0]).toBe((2 << 1) | 1);
});

test('a condition is the handle of its lock, and from word 96 on its waiters: owner, entered, notified, served', async () => {
  using lock = new Lock();
  using condition = new Condition({ lock });
  const words = wordsOf(condition);
  const { self } = thisThread();
  expect(words.byteLength).toBe((96 + 2 + 4095 * 4) * 4);
  expect(fileOf(condition).readUInt32LE(128)).toBe(lock.handle.length);
  expect(fileOf(condition).toString('utf8', 132, 132 + lock.handle.length)).toBe(lock.handle);
  expect([...words.subarray(96, 102)]).toEqual([0, 0, 0, 0, 0, 0]);
  const waits = [condition.run(() => condition.wait()), condition.run(() => condition.wait())];
  await until(() => words[99] === 2);
  expect([...words.subarray(96, 102)]).toEqual([1, 0, self, 2, 0, 0]); // entries used, the next to be notified
  condition.runSync(() => {
    condition.notify();
  });
  expect([...words.subarray(97, 101)]).toEqual([1, self, 2, 1]);
  condition.runSync(() => {
    condition.notify();
  });
  expect(await Promise.all(waits)).toEqual([true, true]);
  expect([...words.subarray(98, 102)]).toEqual([0, 2, 2, 2]); // free
});

test('a barrier is its parties, its action and its timeout, and from word 5 on the parties that have arrived', async () => {
  using barrier = new Barrier({ parties: 2, timeout: 60_000 });
  const words = wordsOf(barrier);
  const { self } = thisThread();
  // 5 words, a table of 5 words and 4 slots of 3, in whole lines with the head of a cell.
  expect(words.byteLength).toBe(112);
  expect([words[0], words[1], words[4]]).toEqual([2, 0, 0]); // no action, no message of it
  expect(new Float64Array(new Int32Array(words.subarray(2, 4)).buffer)[0]).toBe(60_000);
  const first = barrier.wait();
  await until(() => words[6] === 1); // a thread may sleep
  expect([...words.subarray(7, 13)]).toEqual([0, 0, 0, self, 1, 0]); // open; owner, state, place
  expect((await Promise.all([first, barrier.wait()])).sort()).toEqual([0, 1]);
  expect([words[5], words[7], words[10], words[11], words[13], words[14]]).toEqual([0, 0, 0, 3, 0, 3]); // passed
  barrier.abort();
  expect(words[7]).toBe(2 | (5 << 8)); // broken, since it was aborted
});

test('an owner id is 19 bits of generation and 12 bits of slot, which counts from 1', () => {
  const { self, registry } = thisThread();
  expect(self).toBeGreaterThan(0);
  const slot = (self & 0xfff) - 1;
  const base = 4096 / 4 + slot * 64;
  expect(registry.words[base + 17]).toBe(self >>> 12); // generation
  expect(registry.words[base + 18]).toBe(process.pid);
  expect(registry.words[base + 19]).toBe(0); // thread
  expect(registry.words[base + 16]).toBe(1); // which word of the cell is the life word, plus one
  const cell = 17 * 65_536 + (slot >> 1) * 2 * 4096 + 4096 - (slot % 2 === 0 ? 8 : 24);
  expect(registry.words[cell / 4]! & 0x3fffffff).toBe(process.pid); // life word: the kernel's number of the thread
  expect(registry.bellIndex(slot)).toBe(base + 48);
  expect(registry.words.byteLength).toBe(17 * 65_536 + 2048 * 2 * 4096);
  expect(registry.words[128 / 4]).toBe(registry.slots);
});

test('a slot says what its thread sleeps on: segment, byte and owner, for people', async () => {
  using lock = new Lock({ name: 'awaited' });
  const { registry, self } = thisThread();
  const slotBase = (slot: number) => 4096 / 4 + slot * 64;
  const base = slotBase((self & 0xfff) - 1);
  const seed = fileOf(lock).readInt32LE(8);
  lock.acquireSync();
  const controller = new AbortController();
  const pending = lock.acquire({ signal: controller.signal });
  await until(() => registry.words[base + 50] !== 0);
  expect([...registry.words.subarray(base + 49, base + 52)]).toEqual([seed, 128, self]);

  const blocked = new User(lock);
  await blocked.wait('acquireSync');
  const theirs = Array.from({ length: registry.slots }, (_, slot) => slotBase(slot)).find(
    (at) => registry.words[at + 18] === blocked.child.pid,
  )!;
  const record = await until(() => {
    const words = [...registry.words.subarray(theirs + 20, theirs + 23)];
    return words[1] !== 0 && words; // nothing stands there for a moment, ten times a second
  });
  expect(record).toEqual([seed, 128, self]);

  controller.abort();
  await expect(pending).rejects.toThrow(); // before the release: a lock is not fair, and a blocked thread might be first
  expect([...registry.words.subarray(base + 49, base + 52)]).toEqual([seed, 0, self]); // byte 0: over
  lock.release();
  expect(await blocked.result('acquireSync')).toBe('true');
  expect(registry.words[theirs + 21]).toBe(0);
});

test('a queue is a ring: its words, and records from byte 4096 of the file on', () => {
  using queue = new Queue<string>({ maxsize: 9, memory: 2 ** 16 });
  const words = wordsOf(queue);
  queue.putSync('one');
  queue.putManySync(['two', 'three']);
  queue.getSync();
  const file = fileOf(queue);
  const first = file.readUInt32LE(4096);
  const record = (first + 8 + 7) & ~7;
  const at = {
    producers: words[0],
    puts: words[2],
    consumers: words[32],
    head: words[48],
    gets: words[34],
    items: words[64],
    space: words[96],
    maxBytes: words[129],
    maxItems: words[130],
    shut: words[131],
    dirty: words[132],
  };
  expect(at).toEqual({
    producers: 0,
    puts: 3,
    consumers: 0,
    head: record,
    gets: 1,
    items: 0,
    space: 0,
    maxBytes: 2 ** 16,
    maxItems: 9,
    shut: 0,
    dirty: 0,
  });
  expect(words[16]).toBeGreaterThan(record); // tail
  expect([2 ** 14, 2 ** 15, 2 ** 16]).toContain(words[128]); // capacity
  expect(file.toString('latin1', 4096 + 8, 4096 + 8 + first)).toContain('one');
  expect(file.length).toBe(4096 + 2 ** 16);
  queue.shutdown();
  expect(words[131]).toBe(1);
});

test('a queue defines the shapes of its records from byte 772 of the ring on: length, names in JSON', () => {
  using queue = new Queue<object>();
  for (let i = 0; i < 3; i++) queue.putSync({ id: i, name: 'x' });
  const file = fileOf(queue);
  const definition = '["id","name"]';
  expect(file.readUInt32LE(128 + 4 * 192)).toBe(2 + definition.length);
  expect(file.readUInt16LE(128 + 4 * 193)).toBe(definition.length);
  expect(file.toString('utf8', 128 + 4 * 193 + 2, 128 + 4 * 193 + 2 + definition.length)).toBe(definition);
});

test('a record is 0x20, a token, the number of its shape, and the values', () => {
  using queue = new Queue<object>();
  for (let i = 0; i < 2; i++) queue.putSync({ id: i, name: 'x' });
  const before = wordsOf(queue)[16]! >>> 0;
  queue.putSync({ id: 7, name: 'x' });
  expect([...fileOf(queue).subarray(4096 + before + 8, 4096 + before + 8 + 6)]).toEqual([0x20, 0xd4, 0, 7, 0xa1, 0x78]);
});

test('a joinable queue is a queue, what is done in word 160, and in 161 the waiters for it', async () => {
  using queue = new JoinableQueue<number>();
  const words = wordsOf(queue);
  queue.putManySync([1, 2]);
  queue.taskDone();
  expect([words[160], words[161]]).toEqual([1, 0]);
  const joined = queue.join();
  await until(() => words[161] === 1);
  queue.taskDone();
  expect(await joined).toBe(true);
});

test('a pipe is two tables of holders, and a ring for each direction', () => {
  const [a, b] = Pipe.duplex({ capacity: 2 ** 15 });
  const { kind, reference } = parseHandle(b.handle);
  expect([kind, reference.replace(/^[^/]+/, '')]).toEqual(['pipe.Connection', '/1/0/1']);
  const segment = Segment.attach(reference.split('/')[0]!, kind);
  const { words } = segment;
  const { self } = thisThread();
  expect(segment.byteLength).toBe(8192 + 2 * (2 ** 30 + 3968) + 128);
  expect(words[0]).toBe(2); // rings
  const [first, second] = [32, 64]; // mutex, state, changes, high, serial
  expect([...words.subarray(first, first + 5)]).toEqual([0, 0, 1, 1, 1]);
  expect([...words.subarray(second, second + 5)]).toEqual([0, 0, 3, 1, 1]);
  expect([...words.subarray(128, 132)]).toEqual([self, 1, 0, 0]); // owner, number, flags, count
  expect([...words.subarray(128 + 240 * 4, 128 + 240 * 4 + 4)]).toEqual([self, 1, 2, 1]); // handed, one handle
  a.sendSync('to end 1');
  const ring = (8192 + 4096 + 2 ** 30) / 4;
  expect([words[8192 / 4 + 2], words[ring + 2]]).toEqual([0, 1]); // puts
  expect(words[ring + 133]).toBe(2 ** 15); // easy bytes
  b.close();
  expect(words[second + 1]).toBe(1); // gone
  expect([words[8192 / 4 + 131], words[ring + 131]]).toEqual([1, 1]); // shut
  a.close();
  segment.close();
});
