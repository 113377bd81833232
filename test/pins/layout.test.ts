import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pipe } from '@multiprocess/pipe';
import { JoinableQueue, Queue } from '@multiprocess/queue';
import { Segment, SharedMemory, parseHandle, thisThread } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { expect, test } from 'vitest';

// What lies in shared memory is read by processes with other versions of this toolkit: a change of any of these numbers
// is a new layout version. They are written here a second time on purpose.

const directory = () => process.env['MULTIPROCESS_DIR'] ?? '';
const fileOf = (object: { readonly handle: string }) =>
  readFileSync(join(directory(), `s-${parseHandle(object.handle).reference}`));
const wordsOf = (object: { readonly handle: string }): Int32Array => {
  const { kind, reference } = parseHandle(object.handle);
  return Segment.attach(reference, kind).words;
};

test('a segment begins with 128 bytes of header', () => {
  using memory = new SharedMemory({ size: 1000 });
  new Uint8Array(memory.buffer).fill(7);
  const file = fileOf(memory);
  expect(file.length).toBe(128 + 1000);
  expect(file.toString('latin1', 0, 4)).toBe('MPSG');
  expect(file.readUInt32LE(4)).toBe(1); // version
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

test('a lock is one word: its owner, and bit 31 if somebody may sleep', async () => {
  using lock = new Lock();
  const words = wordsOf(lock);
  expect(words.byteLength).toBe(64);
  lock.acquireSync();
  expect(words[0]).toBe(thisThread().self);
  void lock.acquire({ timeout: 30 });
  expect(await lock.acquire({ timeout: 40 })).toBe(false);
  expect(words[0]).toBe(thisThread().self | 0x80000000);
  lock.release();
  expect(words[0]).toBe(0);
});

test('an owner id is 19 bits of generation and 12 bits of slot, which counts from 1', () => {
  const { self, registry } = thisThread();
  expect(self).toBeGreaterThan(0);
  const slot = (self & 0xfff) - 1;
  const base = 4096 / 4 + slot * 64;
  expect(registry.words[base + 17]).toBe(self >>> 12); // generation
  expect(registry.words[base + 18]).toBe(process.pid);
  expect(registry.words[base + 19]).toBe(0); // thread
  expect(registry.words[base]! & 0x3fffffff).toBe(process.pid); // life word: the kernel's number of the thread
  expect(registry.words[base + 16]).toBe(1); // which word of the mutex it is, plus one
  expect(registry.bellIndex(slot)).toBe(base + 48);
  expect(registry.words.byteLength).toBe(4096 + 4095 * 256);
  expect(registry.words[128 / 4]).toBe(registry.slots);
});

test('a slot says what its thread sleeps on: segment, byte and owner, for people', async () => {
  using lock = new Lock();
  const { registry, self } = thisThread();
  const base = 4096 / 4 + ((self & 0xfff) - 1) * 64;
  lock.acquireSync();
  void lock.acquire({ timeout: 30 });
  expect(await lock.acquire({ timeout: 40 })).toBe(false);
  const seed = fileOf(lock).readInt32LE(8);
  expect([...registry.words.subarray(base + 49, base + 52)]).toEqual([seed, 0, self]); // byte 0: over
  expect(lock.acquireSync({ timeout: 30 })).toBe(false);
  expect([...registry.words.subarray(base + 20, base + 23)]).toEqual([seed, 0, self]);
  const pending = lock.acquire();
  while (registry.words[base + 50] === 0) await new Promise((resolve) => setImmediate(resolve));
  expect([...registry.words.subarray(base + 49, base + 52)]).toEqual([seed, 128, self]);
  lock.release();
  await pending;
  expect(registry.words[base + 50]).toBe(0);
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
    mostBytes: words[129],
    mostItems: words[130],
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
    mostBytes: 2 ** 16,
    mostItems: 9,
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

test('a joinable queue is a queue, what is done in word 160, and who waits for it in 161', async () => {
  using queue = new JoinableQueue<number>();
  const words = wordsOf(queue);
  queue.putManySync([1, 2]);
  queue.taskDone();
  expect([words[160], words[161]]).toEqual([1, 0]);
  expect(await queue.join({ timeout: 20 })).toBe(false);
  expect(words[161]).toBe(1);
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
