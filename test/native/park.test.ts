import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import { EINVAL, isAsleep, mapHere, newFile, start, until } from './helpers.js';

/**
 * What a park answers that no signal cuts short, and how long it took in ms. A signal makes it answer 0 early, so that JavaScript can
 * handle it, and the end of every child of an earlier test is one.
 */
function parkUndisturbed(park: () => number): [answer: number, ms: number] {
  for (let tries = 1; ; tries++) {
    const began = performance.now();
    const answer = park();
    if (answer === 1 || tries === 10) return [answer, performance.now() - began];
  }
}

test('park() answers 0 at once if the word is another than expected', () => {
  const { segment, words } = mapHere(newFile());
  words[3] = -5;
  expect(native().park(segment, 12, 7, 0, 0, 0, Infinity)).toBe(0);
  expect(native().park(segment, 12, -5, segment, 16, 1, Infinity)).toBe(0); // the life word
});

test.each([0, 0.4, 12.5])('park() answers 1 after %d ms, and not before', (timeout) => {
  const { segment } = mapHere(newFile());
  for (const lifeSegment of [0, segment]) {
    const [answer, took] = parkUndisturbed(() => native().park(segment, 0, 0, lifeSegment, 64, 0, timeout));
    expect(answer).toBe(1);
    expect(took).toBeGreaterThanOrEqual(timeout);
  }
});

test('a word may be given signed or unsigned', () => {
  const { segment, words } = mapHere(newFile());
  words[0] = -2;
  expect(parkUndisturbed(() => native().park(segment, 0, -2, 0, 0, 0, 1))[0]).toBe(1);
  expect(parkUndisturbed(() => native().park(segment, 0, 2 ** 32 - 2, 0, 0, 0, 1))[0]).toBe(1);
  expect(native().spin(segment, 0, 2 ** 32 - 2, 1)).toBe(0);
});

test('spin() answers 1 if the word is another, 0 when its time is over', async () => {
  const { segment, words } = mapHere(newFile());
  expect(native().spin(segment, 0, 1, 0)).toBe(1);
  expect(native().spin(segment, 0, 0, 0)).toBe(0);
  const began = performance.now();
  expect(native().spin(segment, 0, 0, 2000)).toBe(0);
  expect(performance.now() - began).toBeGreaterThanOrEqual(2);
  expect(words[0]).toBe(0);
});

test('unpark() wakes as many as it is told, and says how many', async () => {
  const path = newFile();
  const { segment, words } = mapHere(path);
  const child = start('park-workers.mjs', [path, 3]);
  const threads = (await child.next()) as number[];
  await until(() => Atomics.load(words, 1) === 3 && threads.every((thread) => isAsleep(child.pid, thread)));
  expect(native().unpark(segment, 0, 0)).toBe(0);
  expect(native().unpark(segment, 0, 2)).toBe(2);
  expect(native().unpark(segment, 0, Infinity)).toBe(1);
  expect(native().unpark(segment, 0, Infinity)).toBe(0);
  expect(await child.ended).toBe(0);
});

test.each(['worker.terminate()', 'process.exit()'])('%s gets through to threads that park in slices', async (end) => {
  const path = newFile();
  const { words } = mapHere(path);
  const child = start('life/end-while-parked.mjs', [path, end]);
  const threads = (await child.next()) as number[];
  await until(() => Atomics.load(words, 1) === 2 && threads.every((thread) => isAsleep(child.pid, thread)));
  child.process.send('end');
  expect(await child.ended).toBe(3);
});

test('a wrong segment, offset or number is EINVAL, never a fault', () => {
  const { segment } = mapHere(newFile());
  const n = native();
  const park = (at: number, offset: number, life: number, lifeOffset: number, timeout: number) =>
    n.park(at, offset, 0, life, lifeOffset, 0, timeout);
  for (const [at, offset] of [
    [0, 0],
    [-1, 0],
    [2 ** 40, 0],
    [NaN, 0],
    [segment + 1, 0],
    [segment, -4],
    [segment, 2],
    [segment, 0.5],
    [segment, 65536],
    [segment, 65533],
    [segment, 2 ** 53],
    [segment, Infinity],
    [segment, NaN],
  ] as const) {
    expect([at, offset, n.spin(at, offset, 0, 0)]).toEqual([at, offset, EINVAL]);
    expect([at, offset, n.unpark(at, offset, 1)]).toEqual([at, offset, EINVAL]);
    expect([at, offset, park(at, offset, 0, 0, 0)]).toEqual([at, offset, EINVAL]);
    if (at > 0) expect([at, offset, park(segment, 0, at, offset, 0)]).toEqual([at, offset, EINVAL]);
  }
  expect(park(segment, 0, 0, 0, NaN)).toBe(EINVAL);
  expect(n.spin(segment, 0, 0, NaN)).toBe(EINVAL);
  expect(n.unpark(segment, 0, NaN)).toBe(EINVAL);
  expect((n.unpark as (...args: unknown[]) => number)('1', {}, null)).toBe(EINVAL);
  expect((n.spin as () => number)()).toBe(EINVAL);
});
