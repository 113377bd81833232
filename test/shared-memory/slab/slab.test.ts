import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readdirSync, rmSync } from 'node:fs';
import {
  attach,
  ClosedError,
  HandleError,
  inspectObjects,
  listSegments,
  parseHandle,
  removeOrphans,
  SharedMemory,
  SLAB_HOLDERS,
} from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from '@multiprocess/sync';
import { SharedArray, SharedValue } from '@multiprocess/values';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { until } from '../../helpers/until.js';
import { User } from '../../sync/use.js';
import { fixture } from '../helpers.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: dozens of threads, one after the other

const MANY = 100_000;

const referenceOf = (object: { readonly handle: string }) => parseHandle(object.handle).reference;
const cellOf = (object: { readonly handle: string }) => referenceOf(object).replace(/_\d+$/, '');
const slabOf = (object: { readonly handle: string }) => referenceOf(object).split('_')[0];
const listed = (object: { readonly handle: string }) => listSegments().find(({ name }) => name === referenceOf(object));

test(`${MANY} locks of one process are each taken by two, exactly, and are a few mappings`, async () => {
  using counts = new SharedMemory({ size: MANY * 4 });
  const before = listSegments().map(({ name }) => name);
  const file = join(tmpdir(), `multiprocess-test-${process.pid}-handles`);
  onTestFinished(() => {
    rmSync(file, { force: true });
  });
  const maker = startChild(fixture('many-locks.mjs'), { args: [counts.handle, file, String(MANY)] });
  await maker.line(`has ${MANY}`);
  const other = startChild(fixture('many-locks.mjs'), { args: [counts.handle, file] });
  await other.line(`has ${MANY}`);
  for (const child of [maker, other]) child.say('go');
  for (const child of [maker, other]) {
    const { mappings, mebibytes, both } = JSON.parse(await child.line(/^\{/)) as Record<string, number>;
    expect(mappings).toBeLessThan(30);
    expect(mebibytes).toBeLessThan(200);
    expect(both).toBe(MANY);
  }
  expect(new Int32Array(counts.buffer).every((count) => count === 2)).toBe(true);
  const all = listSegments().filter(({ pids }) => pids.includes(maker.pid) && pids.includes(other.pid));
  const locks = all.filter(({ kind }) => kind === 'sync.Lock');
  expect(locks.reduce((bytes, { bytesInUse }) => bytes + bytesInUse, 0)).toBe(MANY * 64);
  for (const child of [maker, other]) {
    child.say('close');
    expect(await child.line(/^closed/)).toBe('closed, 0 left');
    await child.exit;
  }
  expect(listSegments().map(({ name }) => name)).toEqual(before);
});

describe.each([
  { what: 'Lock', make: () => new Lock(), bytes: 64 },
  { what: 'RLock', make: () => new RLock(), bytes: 64 },
  { what: 'Semaphore', make: () => new Semaphore({ value: 7 }), bytes: 64 },
  { what: 'BoundedSemaphore of 10 permits', make: () => new BoundedSemaphore({ value: 10 }), bytes: 64 },
  { what: 'BoundedSemaphore of 26 permits', make: () => new BoundedSemaphore({ value: 26 }), bytes: 128 },
  { what: 'BoundedSemaphore of 58 permits', make: () => new BoundedSemaphore({ value: 58 }), bytes: 256 },
  { what: 'Event', make: () => new Event(), bytes: 64 },
  { what: 'Barrier of 3 parties', make: () => new Barrier({ parties: 3 }), bytes: 128 },
  { what: 'Barrier of 8 parties', make: () => new Barrier({ parties: 8 }), bytes: 256 },
  { what: 'SharedValue', make: () => new SharedValue('f64', 0.5), bytes: 64 },
  { what: 'SharedValue without a lock', make: () => new SharedValue('bool', true, { lock: false }), bytes: 64 },
  {
    what: 'SharedValue with a lock of others',
    make: () => new SharedValue('i64', 1n, { lock: new Lock() }),
    bytes: 128,
  },
])('a $what', ({ make, bytes }) => {
  test(`takes ${bytes} bytes, beside others of its kind`, () => {
    using one = make();
    using two = make();
    expect(listed(one)).toMatchObject({ bytes, bytesInUse: bytes, pids: [process.pid], orphan: false });
    expect(slabOf(two)).toBe(slabOf(one));
    expect(cellOf(two)).not.toBe(cellOf(one));
  });

  test('is gone once it is closed everywhere, and the next one in its place is another', () => {
    using _standing = make(); // keeps the slab
    const object = make();
    const { handle } = object;
    const cell = cellOf(object);
    const again = attach(handle);
    object.close();
    expect(again.handle).toBe(handle);
    again.close();
    expect(() => attach(handle)).toThrow(HandleError);
    expect(listSegments().filter(({ name }) => handle.endsWith(name))).toEqual([]);
    using next = make();
    expect(cellOf(next)).toBe(cell);
    expect(next.handle).not.toBe(handle);
    expect(() => attach(handle)).toThrow(HandleError);
  });
});

test.each([
  { what: 'a bounded semaphore of many permits', make: () => new BoundedSemaphore({ value: 100 }) },
  { what: 'a barrier of many parties', make: () => new Barrier({ parties: 100 }) },
  { what: 'a lock with a name', make: () => new Lock({ name: 'named' }) },
  { what: 'a condition', make: () => new Condition() },
  { what: 'an array, whose memory is the user’s', make: () => new SharedArray('i32', 1) },
])('$what has a segment of its own', ({ make }) => {
  using object = make();
  expect(referenceOf(object)).toMatch(/^([0-9a-f-]{36}|named)$/);
  expect(readdirSync(process.env['MULTIPROCESS_DIR']!)).toContain(`s-${referenceOf(object)}`);
});

test('a cell is used again when its last holder drops it, closes it or dies, and no sooner', async () => {
  using _stays = new Lock(); // so does its slab, with the cells of all others
  const locks = [new Lock(), new Lock(), new Lock()];
  const [closed, killed, terminated] = locks as [Lock, Lock, Lock];
  const users = [new User(closed), new User(killed), new User(terminated, 'thread')] as const;
  for (const user of users) expect(await user.call('acquireSync')).toBe('true');
  const cells = locks.map(cellOf);
  for (const lock of locks) lock.close();
  const others: Lock[] = [];
  const reused = new Set<string>();
  const makeMore = (number: number) => {
    for (let i = 0; i < number; i++) {
      const lock = new Lock();
      others.push(lock);
      if (cells.includes(cellOf(lock))) reused.add(cellOf(lock));
    }
  };
  makeMore(1000);
  expect([...reused]).toEqual([]);
  await users[0].call('close');
  await users[1].child.kill();
  users[2].child.say('terminate');
  await users[2].child.line('terminated');
  await until(() => {
    makeMore(1000); // a slab is looked through before a new one is made
    return reused.size === cells.length;
  });
  for (const lock of others) lock.close();
});

test(`an object that more than ${SLAB_HOLDERS} threads have works for all, and stays as long as its slab`, async () => {
  using _stays = new Lock(); // so does its slab
  const lock = new Lock();
  const { handle } = lock;
  const cell = cellOf(lock);
  const threads = startChild(fixture('attach-in-threads.mjs'), { args: [handle, String(SLAB_HOLDERS)] });
  await threads.line('attached');
  const user = new User(lock);
  expect(await user.call('acquireSync')).toBe('true');
  expect(lock.tryAcquire()).toBe(false);
  expect(await user.call('release')).toBe('done');
  threads.say('end');
  await threads.line('ended');
  await user.child.kill();
  lock.close();
  using another = new Lock();
  expect(cellOf(another)).not.toBe(cell); // with that many holders, the end of the last one is not noticed
  using again = Lock.attach(handle);
  expect(again.tryAcquire()).toBe(true);
  again.release();
  await threads.kill();
});

test('the waiters and the holder of an object in a slab are listed under its name', async () => {
  using other = new Lock();
  using lock = new Lock();
  using value = new SharedValue('i32', 5);
  const users = [new User(lock), new User(value.lock)] as const;
  lock.acquireSync();
  value.lock.acquireSync();
  for (const user of users) await user.wait('acquireSync');
  // A blocked thread looks up ten times a second, so both are asked for until both are asleep at the same time.
  const { objects, threads } = (await until(() => {
    const found = inspectObjects();
    const blocked = found.threads.filter(({ blockedOn }) => blockedOn?.object !== undefined);
    return users.every(({ child }) => blocked.some(({ pid }) => pid === child.pid)) ? found : undefined;
  }))!;
  const own = { pid: process.pid, threadId: 0 };
  const find = (object: { readonly handle: string }) => objects.find(({ name }) => name === referenceOf(object));
  for (const [i, object] of [lock, value].entries()) {
    expect(find(object)).toMatchObject({ holders: [own], waiters: [{ pid: users[i]!.child.pid, threadId: 0 }] });
    const blocked = threads.find(({ pid }) => pid === users[i]!.child.pid)?.blockedOn;
    expect(blocked).toMatchObject({ object: { name: referenceOf(object) }, holder: own });
  }
  expect(find(value)?.state).toBe('i32 5');
  expect(find(other)).toMatchObject({ holders: [], waiters: [] });
  lock.release();
  value.lock.release();
  for (const user of users) expect(await user.result('acquireSync')).toBe('true');
});

test('what a killed process has left in a slab are orphans, which removeOrphans() names', async () => {
  using counts = new SharedMemory({ size: 64 });
  const child = startChild(fixture('many-locks.mjs'), { args: [counts.handle, '/dev/null', '3'] });
  await child.line('has 3');
  await child.kill();
  const orphans = listSegments().filter(({ orphan }) => orphan);
  expect(orphans.map(({ kind, pids }) => [kind, pids])).toEqual(new Array(3).fill(['sync.Lock', []]));
  expect(removeOrphans().sort()).toEqual(orphans.map(({ name }) => name).sort());
  for (const { name } of orphans) expect(() => attach(`multiprocess:sync.Lock:${name}`)).toThrow(HandleError);
  expect(listSegments().filter(({ orphan }) => orphan)).toEqual([]);
});

test('a name that looks like a reference into a slab is still a name', () => {
  using lock = new Lock();
  const name = referenceOf(lock);
  using named = new Lock({ name });
  expect(named.tryAcquire()).toBe(true);
  expect(lock.locked).toBe(false);
  expect(Lock.attach(named.handle).locked).toBe(true);
  expect(listSegments().filter((one) => one.name === name)).toHaveLength(2);
  using memory = new SharedMemory({ size: 8, name: `${name}_1_4` });
  expect(SharedMemory.attach(memory.name).size).toBe(8);
});

test.each([
  ['another kind', (reference: string) => `multiprocess:sync.Event:${reference}`],
  [
    'a cell that there is not',
    (reference: string) => `multiprocess:sync.Lock:${reference.replace(/_\d+_/, '_9999999_')}`,
  ],
  [
    'a generation to come',
    (reference: string) => `multiprocess:sync.Lock:${reference.replace(/_\d+$/, '_4294967296')}`,
  ],
  [
    'a slab that there is not',
    (reference: string) => `multiprocess:sync.Lock:${reference.replace(/^.{8}/, '00000000')}`,
  ],
  ['a part beyond its end', (reference: string) => `multiprocess:sync.RLock:${reference}_99_12`],
  ['a part of no bytes', (reference: string) => `multiprocess:sync.RLock:${reference}_0_0`],
  ['a part beyond its bytes', (reference: string) => `multiprocess:sync.RLock:${reference}_0_999`],
  ['the slab itself', (reference: string) => `multiprocess:sync.Lock:${reference.split('_')[0]}`],
])('a handle that leads to %s is a HandleError', (_, handleOf) => {
  using lock = new Lock();
  const user = lock.handle;
  expect(() => attach(handleOf(referenceOf(lock)))).toThrow(HandleError);
  expect(attach(user)).toBeInstanceOf(Lock);
});

test('the lock of a value is a part of it: the same for all threads that have either', async () => {
  const value = new SharedValue('i32', 1);
  const { lock } = value;
  const { handle } = lock;
  expect(parseHandle(handle)).toEqual({ kind: 'sync.RLock', reference: `${referenceOf(value)}_4_12` });
  const user = new User(lock);
  expect(await user.call('tryAcquire')).toBe('true');
  using again = SharedValue.attach(value.handle);
  expect(again.lock.owner).toEqual({ pid: user.child.pid, threadId: 0 });
  value.close();
  expect(() => lock.locked).toThrow(ClosedError);
  again.close();
  using part = RLock.attach(handle); // the other process has a part, and so the whole
  expect(part.locked).toBe(true);
  expect(await user.call('release')).toBe('done');
  expect(part.locked).toBe(false);
});
