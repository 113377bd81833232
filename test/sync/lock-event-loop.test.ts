import { setTimeout as delay } from 'node:timers/promises';
import { Lock } from '@multiprocess/sync';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const awaitLock = (lock: Lock, what: string) =>
  startChild(new URL('fixtures/await-lock.mjs', import.meta.url), { args: [lock.handle, what] });

test.each(['acquire', 'acquire with a timeout', 'hold', 'run', 'ref() after unref()'])(
  'a program that only awaits (%s) stays alive',
  async (what) => {
    using lock = new Lock();
    lock.acquireSync();
    const child = awaitLock(lock, what);
    await child.line('end of module');
    await delay(300); // gives it the time to end by mistake; that it does not is what is expected
    expect(child.lines).toEqual(['end of module']);
    lock.release();
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.lines).toEqual(['end of module', 'acquired']);
  },
);

test.each(['unref() before', 'unref() after', 'unref() with a timeout', 'nothing pending', 'nothing pending any more'])(
  'a program ends by itself at once: %s',
  async (what) => {
    using lock = new Lock();
    lock.acquireSync();
    const child = awaitLock(lock, what);
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.lines).toEqual(['end of module']);
  },
);

test('ref() and unref() return the lock', () => {
  using lock = new Lock();
  expect(lock.unref().ref()).toBe(lock);
});
