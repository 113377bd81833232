import { ClosedError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { abortedLater, abortedNow, oneTry, wrongOptions } from './options.js';
import { Peer } from './peer.js';
import { describeStores } from './stores.js';

describeStores('an event', (suite) => {
  const newEvent = () => suite.closing(suite.store.event());

  test('is not set at first, and is set until it is cleared', async () => {
    const event = newEvent();
    expect(await event.isSet()).toBe(false);
    await event.set();
    await event.set();
    expect([await event.isSet(), await event.wait(), await event.wait({ timeout: 0 })]).toEqual([true, true, true]);
    await event.clear();
    expect(await event.isSet()).toBe(false);
  });

  test('a wait gives false after a timeout', async () => {
    const event = newEvent();
    for (const options of oneTry) expect(await event.wait(options)).toBe(false);
    const begin = performance.now();
    expect(await event.wait({ timeout: 40 })).toBe(false);
    expect(performance.now() - begin).toBeGreaterThan(38);
  });

  test('wakes all who wait, here and in other processes', async () => {
    const event = newEvent();
    const peers = await Promise.all([1, 2].map(() => Peer.start(suite.reach, event)));
    const there = await Promise.all(peers.map((peer) => peer.begin('wait', 'isSet')));
    const here = [event.wait(), event.wait(), event.wait({ timeout: 60_000 })];
    await event.set();
    expect(await Promise.all([...here, ...there.map(({ result }) => result)])).toEqual([true, true, true, true, true]);
  });

  test('wakes those who wait although it is cleared at once', async () => {
    const event = newEvent();
    const waiting = [event.wait(), event.wait()];
    await event.set();
    await event.clear();
    expect(await Promise.all(waiting)).toEqual([true, true]);
    expect(await event.wait({ timeout: 5 })).toBe(false);
  });

  test('a wait that is aborted throws the reason, and the others wait on', async () => {
    const event = newEvent();
    const reason = new Error('never mind');
    const other = event.wait();
    await expect(event.wait({ signal: abortedNow(reason) })).rejects.toBe(reason);
    await expect(event.wait({ signal: abortedLater(reason) })).rejects.toBe(reason);
    await event.set();
    expect(await other).toBe(true);
  });

  test('wrong options are a TypeError', async () => {
    const event = newEvent();
    for (const options of wrongOptions) await expect(event.wait(options)).rejects.toThrow(TypeError);
  });

  test('after close() it throws a ClosedError', async () => {
    const event = suite.store.event();
    event.close();
    await expect(event.set()).rejects.toThrow(ClosedError);
    await expect(event.wait()).rejects.toThrow(ClosedError);
  });
});
