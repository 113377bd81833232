import { native } from '@multiprocess/native';
import { describe, expect, test } from 'vitest';
import { isAsleep, mapHere, newFile, start, until } from './helpers.js';

const WAITERS = 0x8000_0000;
const OWNER_DIED = 0x4000_0000;
const THREAD = 0x3fff_ffff;
const CELL = 4096 - 8;

/** How a thread can end, and whether the exit handler had time to give its life word up, so that the kernel need not mark it. */
const ends = [
  { end: 'SIGKILL', marked: true },
  { end: 'process.abort()', marked: true },
  { end: 'worker.terminate()', marked: true },
  { end: 'worker: process.exit()', marked: true },
  { end: 'process.exit()', marked: false },
  { end: 'an uncaught error', marked: false },
  { end: 'a normal end', marked: false },
  { end: 'releaseLife()', marked: false },
];

describe.each([
  { waits: 'for two words at once', env: {} },
  { waits: 'in slices, without futex_waitv', env: { MULTIPROCESS_NATIVE_WAITV: 'off' } },
])('a waiter that waits $waits', ({ env }) => {
  test.each(ends)('sees the end by $end', async ({ end, marked }) => {
    const path = newFile();
    const { words } = mapHere(path);
    const child = start('life/live.mjs', [path, end]);
    const index = (await child.next()) as number;
    const life = () => Atomics.load(words, (CELL + index) / 4) >>> 0;
    expect(life() & THREAD).toBeGreaterThan(0);
    expect(life() & OWNER_DIED).toBe(0);
    expect((life() & WAITERS) >>> 0).toBe(WAITERS);

    const waiter = start('life/wait-for-death.mjs', [path, index], { env });
    await waiter.next();
    await until(() => Atomics.load(words, 1) === 1 && isAsleep(waiter.pid));
    if (end === 'SIGKILL') child.process.kill('SIGKILL');
    else child.process.send('end');

    expect(await waiter.next()).toBe(0); // woken, not timed out
    if (marked) expect(life() & OWNER_DIED).toBe(OWNER_DIED);
    else expect(life()).toBe(0);
  });
});

test('a thread has at most one life word, at the end of a page of a permanent segment', async () => {
  const child = start('life/claim-wrongly.mjs', [newFile(), newFile()]);
  expect(await child.next()).toEqual({
    notPermanent: -22,
    misaligned: -22,
    notAtTheEndOfAPage: [-22, -22, -22, -22],
    withoutAPageBehind: -22,
    outside: -22,
    noNumber: -22,
    first: 0,
    second: -17,
    released: 0,
    again: -1,
  });
});

test('checkLife() is 1 as long as the thread lives, and 0 where there is none', async () => {
  const path = newFile();
  const { segment, words } = mapHere(path);
  expect(native().checkLife(segment, CELL)).toBe(0);
  const child = start('life/live.mjs', [path, 'a normal end']);
  const index = (await child.next()) as number;
  expect(native().checkLife(segment, CELL + index)).toBe(1);
  child.process.send('end');
  await child.ended;
  expect(native().checkLife(segment, CELL + index)).toBe(0);
  expect(native().checkLife(segment + 1, CELL)).toBe(-22);
  expect(words[0]).toBe(0); // a mapping goes with its last buffer
});

test('parkAny() sees the end of an owner', async () => {
  const path = newFile();
  const { segment, words } = mapHere(path);
  const child = start('life/live.mjs', [path, 'SIGKILL']);
  const life = CELL + ((await child.next()) as number);
  const alive = Atomics.load(words, life / 4);
  const waited = [segment, 0, 0, segment, 4, 0];
  expect(native().parkAny(Float64Array.from(waited), Float64Array.of(segment, life, alive), 1)).toBe(1);
  child.process.kill('SIGKILL');
  while (Atomics.load(words, life / 4) === alive) {
    native().parkAny(Float64Array.from(waited), Float64Array.of(segment, life, alive), 1000);
  }
  expect(Atomics.load(words, life / 4) & OWNER_DIED).toBe(OWNER_DIED);
  expect(native().parkAny(Float64Array.of(), Float64Array.of(), 1)).toBe(-22);
});

test('releaseLife() without a life word is EPERM', () => {
  expect(native().releaseLife()).toBe(-1);
});

test('a life word that was given up, or whose thread died, can be claimed again', async () => {
  const path = newFile();
  const { segment, words } = mapHere(path);
  for (const end of ['releaseLife()', 'SIGKILL', 'SIGKILL']) {
    const child = start('life/live.mjs', [path, end]);
    const index = (await child.next()) as number;
    expect(Atomics.load(words, (CELL + index) / 4) & THREAD).toBe(child.pid);
    if (end === 'SIGKILL') child.process.kill('SIGKILL');
    else child.process.send('end');
    await until(() => native().checkLife(segment, CELL + index) === 0);
    expect(Atomics.load(words, (CELL + index) / 4) & (THREAD | OWNER_DIED)).not.toBe(child.pid);
  }
});
