import { readdirSync } from 'node:fs';
import { Lock } from '@multiprocess/sync';
import { attachMemory, parseHandle, thisThread } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { times } from '../../helpers/effort.js';
import { until } from '../../helpers/until.js';
import { fixture, newDirectory } from '../helpers.js';

const ROUNDS = times(40);

const startUser = (lock: Lock, ...args: string[]) =>
  startChild(fixture('registry/use-lock.mjs'), { args: [lock.handle, ...args] });

test('slots of processes that have ended are used again', async () => {
  using lock = new Lock();
  const { registry } = thisThread();
  const owners = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const children = [startUser(lock), startUser(lock)];
    for (const child of children) owners.add(Number((await child.line(/^owner/)).split(' ')[1]));
    for (const child of children) await (round % 2 === 0 ? child.exit : child.kill());
  }
  expect(owners.size).toBe(2 * ROUNDS); // each has an id of its own
  expect(registry.slots).toBeLessThan(10);
  for (const owner of owners) expect(registry.isDead(owner)).toBe(true);
  expect(registry.isDead(thisThread().self)).toBe(false);
}, 120_000);

test('slots of worker threads that have ended are used again', async () => {
  using lock = new Lock();
  const child = startUser(lock, 'workers', String(ROUNDS));
  expect(await child.line(/^slots/)).toMatch(/^slots [2-9]$/);
}, 240_000);

describe('a process that is killed in the middle of taking a slot', () => {
  test('leaves a slot that the next one takes', async () => {
    using lock = new Lock({ name: 'met by the dying' }); // attaching to what shares a segment takes more steps
    const { registry } = thisThread();
    const before = registry.slots;
    for (let step = 1, lived = false; !lived; step++) {
      const child = startChild(fixture('registry/die-claiming.mjs'), { args: [lock.handle, String(step)] });
      lived = (await child.exit).signal === null;
      if (step > 200) throw new Error('it never lives');
      expect(lock.tryAcquire()).toBe(true);
      lock.release();
    }
    expect(registry.slots).toBeLessThanOrEqual(before + 2);
    const child = startUser(lock);
    const owner = Number((await child.line(/^owner/)).split(' ')[1]);
    await child.exit;
    expect(registry.isDead(owner)).toBe(true);
  }, 120_000);
});

test('many processes that start at once all get slots of their own', async () => {
  using lock = new Lock();
  const children = Array.from({ length: 12 }, () => startUser(lock, 'stay'));
  const owners = await Promise.all(children.map(async (child) => Number((await child.line(/^owner/)).split(' ')[1])));
  expect(new Set(owners.map((owner) => owner & 0xfff)).size).toBe(12);
  expect(owners.every((owner) => !thisThread().registry.isDead(owner))).toBe(true);
});

test('the whole directory goes with the last process', async () => {
  const directory = `${process.env['MULTIPROCESS_DIR'] ?? ''}-own`;
  const children = Array.from({ length: 4 }, () =>
    startChild(fixture('directory/use-directory.mjs'), { env: { MULTIPROCESS_DIR: directory } }),
  );
  for (const child of children) expect((await child.exit).code).toBe(0);
  expect(() => readdirSync(directory)).toThrow('ENOENT');
});

describe('the slots that every wake looks at', () => {
  const THREADS = 12;
  const wakeOften = (lock: Lock) => {
    const { kind, reference } = parseHandle(lock.handle);
    const { words, thread } = attachMemory(reference, kind);
    for (let wake = 0; wake < 1024; wake++) thread.parker.unpark(words, 0, 1);
  };
  const startMany = async () => {
    const before = thisThread().registry.slots;
    const child = startChild(fixture('registry/many-slots.mjs'), { args: [String(THREADS)] });
    await child.line(/^slots/);
    return { before, child };
  };

  test('are fewer again when others have ended and a thread takes a slot', async () => {
    using lock = new Lock();
    const { before, child } = await startMany();
    child.say('end all');
    await child.line('ended');
    const { registry } = thisThread();
    await until(() => registry.isDead(registry.ownerOf(registry.slots - 1)));
    const user = startUser(lock);
    await user.exit;
    expect(registry.slots).toBeLessThanOrEqual(before + 2);
  });

  test('are fewer again when others have ended and a thread wakes often', async () => {
    using lock = new Lock();
    const { before, child } = await startMany();
    const { registry } = thisThread();
    expect(registry.slots).toBeGreaterThan(THREADS);
    wakeOften(lock);
    expect(registry.slots).toBeGreaterThan(THREADS); // all of them live
    child.say('end all');
    await child.line('ended');
    await until(() => registry.isDead(registry.ownerOf(registry.slots - 1)));
    wakeOften(lock);
    expect(registry.slots).toBeLessThanOrEqual(before + 1);
    expect(registry.isDead(thisThread().self)).toBe(false);
  });

  test('stay as many as the last that lives needs', async () => {
    using lock = new Lock();
    const { child } = await startMany();
    const { registry } = thisThread();
    const last = registry.ownerOf(registry.slots - 1);
    child.say('end all but the last');
    await child.line('ended');
    wakeOften(lock);
    await startUser(lock).exit;
    expect(registry.slots).toBe(last & 0xfff);
    expect(registry.isDead(last)).toBe(false);
  });
});

test('when all slots are taken, another thread is told so, and finds one when one has ended', async () => {
  const directory = newDirectory();
  const child = startChild(fixture('registry/full-registry.mjs'), { env: { MULTIPROCESS_DIR: directory } });
  expect(await child.line(/^full/)).toMatch(/^full ERR_MULTIPROCESS_HANDLE 4095 threads share /);
  expect(await child.line(/^free/)).toBe('free: slot 4094 of 4095');
  expect(await child.line(/^none/)).toBe('none lives: 1 slot to look at');
  expect(await child.exit).toEqual({ code: 0, signal: null });
}, 120_000);
