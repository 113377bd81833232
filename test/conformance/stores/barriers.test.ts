import { BrokenBarrierError, ClosedError } from '@multiprocess/shared-memory';
import type { StoreBarrier } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { until } from '../../helpers/until.js';
import { fail, nothing } from './fixtures/functions.mjs';
import { abortedLater, abortedNow, wrongOptions } from './options.js';
import { Peer } from './peer.js';
import { describeStores } from './stores.js';

/** How many wait, and whether it is broken. */
const stateOf = async (barrier: StoreBarrier): Promise<[number, boolean]> => [
  await barrier.waiting(),
  await barrier.broken(),
];

describeStores('a barrier', (suite) => {
  const newBarrier = (...args: Parameters<typeof suite.store.barrier>) => suite.closing(suite.store.barrier(...args));

  test('lets its parties go together, each with another number, again and again', async () => {
    const barrier = newBarrier(3);
    expect(await barrier.parties()).toBe(3);
    for (let i = 0; i < 5; i++) {
      const places = await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()]);
      expect(places.sort()).toEqual([0, 1, 2]);
      expect(await stateOf(barrier)).toEqual([0, false]);
    }
  });

  test('of one party waits for nothing', async () => {
    const barrier = newBarrier(1);
    expect([await barrier.wait(), await barrier.wait({ timeout: 0 }), await barrier.wait({ block: false })]).toEqual([
      0, 0, 0,
    ]);
  });

  test('is passed by several processes together', async () => {
    const barrier = newBarrier(3);
    const peers = await Promise.all([1, 2].map(() => Peer.start(suite.reach, barrier)));
    const there = peers.map((peer) => peer.call('wait'));
    await until(async () => (await barrier.waiting()) === 2);
    const places = [await barrier.wait(), ...(await Promise.all(there))];
    expect(places.sort()).toEqual([0, 1, 2]);
  });

  test.each([{ timeout: 20 }, { timeout: 0 }, { block: false }])(
    'a wait with %o breaks it for all',
    async (options) => {
      const barrier = newBarrier(3);
      const other = barrier.wait();
      other.catch(() => undefined);
      await expect(barrier.wait(options)).rejects.toThrow(BrokenBarrierError);
      await expect(other).rejects.toThrow(BrokenBarrierError);
      expect(await stateOf(barrier)).toEqual([0, true]);
      await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
    },
  );

  test('its own timeout breaks it, where a wait gives none', async () => {
    const barrier = newBarrier(2, { timeout: 20 });
    await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
    expect(await barrier.broken()).toBe(true);
    await barrier.reset();
    const places = await Promise.all([barrier.wait({ timeout: 60_000 }), barrier.wait({ timeout: Infinity })]);
    expect(places.sort()).toEqual([0, 1]);
  });

  test('abort() breaks it for those who wait and who come, reset() makes it as new', async () => {
    const barrier = newBarrier(2);
    const waiting = barrier.wait();
    waiting.catch(() => undefined);
    await barrier.abort();
    await expect(waiting).rejects.toThrow(BrokenBarrierError);
    await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
    expect(await stateOf(barrier)).toEqual([0, true]);
    await barrier.reset();
    expect(await stateOf(barrier)).toEqual([0, false]);
    expect((await Promise.all([barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1]);
  });

  test('reset() breaks it for those who wait, and not for those who come', async () => {
    const barrier = newBarrier(2);
    const waiting = barrier.wait();
    waiting.catch(() => undefined);
    await until(async () => (await barrier.waiting()) === 1);
    await barrier.reset();
    await expect(waiting).rejects.toThrow(BrokenBarrierError);
    expect((await Promise.all([barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1]);
  });

  test('a wait that is aborted throws the reason, and the others wait on', async () => {
    const barrier = newBarrier(3);
    const reason = new Error('never mind');
    await expect(barrier.wait({ signal: abortedNow(reason) })).rejects.toBe(reason);
    const other = barrier.wait();
    await expect(barrier.wait({ signal: abortedLater(reason) })).rejects.toBe(reason);
    await until(async () => (await barrier.waiting()) === 1);
    expect(await barrier.broken()).toBe(false);
    expect((await Promise.all([other, barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1, 2]);
  });

  test('runs its action once all are there; one that fails breaks it', async () => {
    const passed = newBarrier(2, { action: nothing });
    expect((await Promise.all([passed.wait(), passed.wait()])).sort()).toEqual([0, 1]);
    const barrier = newBarrier(2, { action: fail });
    const ends = await Promise.allSettled([barrier.wait(), barrier.wait()]);
    const names = ends.map((end) => (end.status === 'rejected' ? (end.reason as Error).name : 'passed'));
    expect(names.sort()).toEqual(['BrokenBarrierError', 'RangeError']);
    expect(await barrier.broken()).toBe(true);
  });

  test('wrong options are a TypeError, and no party comes', async () => {
    const barrier = newBarrier(2);
    for (const options of wrongOptions) await expect(barrier.wait(options)).rejects.toThrow(TypeError);
    expect(await stateOf(barrier)).toEqual([0, false]);
    for (const parties of [0, -1, 1.5]) expect(() => suite.store.barrier(parties)).toThrow(RangeError);
    expect(() => suite.store.barrier('2' as never)).toThrow(TypeError);
    expect(() => suite.store.barrier(2, { timeout: NaN })).toThrow(TypeError);
    expect(() => suite.store.barrier(2, { action: 5 as never })).toThrow(TypeError);
  });

  test('after close() it throws a ClosedError', async () => {
    const barrier = suite.store.barrier(2);
    barrier.close();
    await expect(barrier.wait()).rejects.toThrow(ClosedError);
  });
});
