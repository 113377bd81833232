import { setImmediate as immediate } from 'node:timers/promises';
import { Event } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';
import { forms, inForm, places, User } from './use.js';

test('it is not set at first; set() and clear() may be called twice', () => {
  using event = new Event();
  expect(event.isSet()).toBe(false);
  event.clear();
  event.set();
  event.set();
  expect(event.isSet()).toBe(true);
  event.clear();
  event.clear();
  expect(event.isSet()).toBe(false);
});

test('a wait for an event that is set ends at once, in either form', async () => {
  using event = new Event();
  event.set();
  expect(event.waitSync()).toBe(true);
  expect(event.waitSync({ timeout: 0 })).toBe(true);
  expect(await event.wait()).toBe(true);
  expect(await event.wait({ timeout: 0 })).toBe(true);
});

test.each([0, -1, 20])('a wait for an event that is not set returns false after %d ms', async (timeout) => {
  using event = new Event();
  const begun = performance.now();
  expect(event.waitSync({ timeout })).toBe(false);
  expect(await event.wait({ timeout })).toBe(false);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * Math.max(0, timeout));
});

test('block: false gives the flag', async () => {
  using event = new Event();
  expect(event.waitSync({ block: false, timeout: 1e9 })).toBe(false);
  event.set();
  expect(await event.wait({ block: false })).toBe(true);
});

test('it stays set for all callers until it is cleared', async () => {
  using event = new Event();
  const other = new User(event);
  event.set();
  expect(await other.call('isSet')).toBe('true');
  expect(await other.call('waitSync')).toBe('true');
  await other.call('clear');
  expect(event.isSet()).toBe(false);
});

describe.each(forms)('a waiter (%s)', (form) => {
  const wait = inForm('wait', form);

  test.each(places)('in another %s is woken by set()', async (where) => {
    using event = new Event();
    const waiter = new User(event, where);
    await waiter.wait(wait);
    event.set();
    expect(await waiter.result(wait)).toBe('true');
  });

  test('is told true, although it was cleared before it could look', async () => {
    using event = new Event();
    const waiter = new User(event);
    for (let round = 0; round < 20; round++) {
      await waiter.wait(wait);
      event.set();
      event.clear();
      expect(await waiter.result(wait)).toBe('true');
    }
    expect(event.isSet()).toBe(false);
  });

  test('is woken with all the others, of whom some were killed', async () => {
    using event = new Event();
    const waiters = Array.from({ length: 5 }, () => new User(event));
    for (const waiter of waiters) await waiter.wait(wait);
    await waiters[0]!.child.kill();
    await waiters[3]!.child.kill();
    event.set(); // returns at once
    const results = [1, 2, 4].map((i) => waiters[i]!.result(wait));
    expect(await Promise.all(results)).toEqual(['true', 'true', 'true']);
  });
});

test('10 000 times set and cleared, no wait of that time returns false', async () => {
  using event = new Event();
  for (let beat = 0; beat < 10_000; beat++) {
    const waits = [event.wait(), event.wait()];
    event.set();
    event.clear();
    expect(await Promise.all(waits)).toEqual([true, true]);
  }
});

test('a caller after clear() waits', async () => {
  using event = new Event();
  const before = event.wait();
  event.set();
  event.clear();
  let isOver = false;
  const after = event.wait().then(() => (isOver = true));
  expect(await before).toBe(true);
  await immediate();
  expect(isOver).toBe(false);
  event.set();
  await after;
});

test('set() from a thread that was just woken, and from a signal handler, does not deadlock', async () => {
  using event = new Event();
  const rounds = event.wait().then(() => {
    event.clear();
    event.set();
    return event.isSet();
  });
  process.once('SIGUSR2', () => event.set());
  process.kill(process.pid, 'SIGUSR2');
  expect(await rounds).toBe(true);
});
