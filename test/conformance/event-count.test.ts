import { EventCount } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';
import { implementations } from './implementations.js';

const EVENTS = 16;
const CONDITION = 32;
const forms = [{ form: 'block' }, { form: 'await' }] as const;

describe.each(implementations)('EventCount over $name', ({ newSite }) => {
  function setUp() {
    const site = newSite();
    const events = new EventCount(site.words, EVENTS, site.thread.parker);
    const aThreadSleeps = () => until(() => (Atomics.load(site.words, EVENTS) & 1) !== 0);
    const change = () => Atomics.add(site.words, CONDITION, 1);
    return { ...site, events, change, aThreadSleeps };
  }

  test('notify() changes nothing while no thread waits', () => {
    const { events, words } = setUp();
    events.notify(1);
    events.notifyAll();
    expect(words[EVENTS]).toBe(0);
  });

  test.each(forms)('notify() wakes a waiter that would $form', async ({ form }) => {
    const { start, events, change, aThreadSleeps } = setUp();
    const peer = await start();
    const changed = peer.ask({ action: 'change', form, was: 0 });
    await aThreadSleeps();
    change();
    events.notify(1);
    expect(await changed).toBe(1);
  });

  test.each(forms)('notifyAll() wakes all threads that $form', async ({ form }) => {
    const { start, events, change, aThreadSleeps } = setUp();
    const peers = await Promise.all([start(), start(), start()]);
    const changed = peers.map((peer) => peer.ask({ action: 'change', form, was: 0 }));
    await aThreadSleeps();
    change();
    events.notifyAll();
    expect(await Promise.all(changed)).toEqual([1, 1, 1]);
  });

  test.each(forms)('a thread that would $form gives up in time and disturbs no other', async ({ form }) => {
    const { start, events, change } = setUp();
    const [impatient, patient] = await Promise.all([start(), start()]);
    const changed = patient.ask({ action: 'change', form, was: 0 });
    expect(await impatient.ask({ action: 'change', form, was: 0, timeout: 20 })).toBe(undefined);
    change();
    events.notify(1);
    expect(await changed).toBe(1);
  });

  test.each(forms)(
    'a change whose notifier died before it could wake is found by a waiter that would $form',
    async ({ form }) => {
      const { start, change, aThreadSleeps } = setUp();
      const peer = await start();
      const changed = peer.ask({ action: 'change', form, was: 0 });
      await aThreadSleeps();
      change();
      expect(await changed).toBe(1);
    },
  );

  test.each([
    { first: 'block', second: 'block' },
    { first: 'block', second: 'await' },
    { first: 'await', second: 'await' },
  ] as const)(
    'two threads take 1,000 turns, one that would $first and one that would $second',
    async ({ first, second }) => {
      const { start, words } = setUp();
      const [even, odd] = await Promise.all([start(), start()]);
      await Promise.all([
        even.ask({ action: 'alternate', form: first, times: 1000, odd: 1 }),
        odd.ask({ action: 'alternate', form: second, times: 1000, odd: 0 }),
      ]);
      expect(words[CONDITION]).toBe(2000);
    },
  );

  test('the sequence may wrap around', async () => {
    const { start, events, words, change, aThreadSleeps } = setUp();
    words[EVENTS] = -2; // the last before 0
    const peer = await start();
    const changed = peer.ask({ action: 'change', form: 'block', was: 0 });
    await aThreadSleeps();
    change();
    events.notify(1);
    expect(await changed).toBe(1);
    expect(words[EVENTS] >>> 0).toBeLessThan(16);
  });
});
