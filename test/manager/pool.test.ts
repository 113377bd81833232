import { Manager, PoolProxy } from '@multiprocess/manager';
import { Process } from '@multiprocess/process';
import { ClosedError, QueueFullError, TimeoutError, WorkerDiedError } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';
import { markKilled } from '../helpers/segment-directory.js';
import { die, fail, sleepLong, startLong, sum, twice } from './fixtures/pool-work.mjs';

let manager: Manager;
let pool: PoolProxy;
beforeAll(async () => {
  manager = await Manager.start();
  pool = manager.pool({ processes: 2 });
});
afterAll(() => manager.shutdown());

describe('a pool in a manager', () => {
  test('calls functions in its workers, in both forms', async () => {
    expect(await pool.size()).toBe(2);
    expect(await pool.apply(sum, [1, 2])).toBe(3);
    expect(pool.applySync(sum, [3, 4])).toBe(7);
    expect(await pool.map(twice, [1, 2, 3], { chunksize: 1 })).toEqual([2, 4, 6]);
    expect(pool.sync.map(twice, new Set([4, 5]))).toEqual([8, 10]);
    expect(
      await pool.starmap(sum, [
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([3, 7]);
    expect(pool.starmapSync(sum, [[5, 6]])).toEqual([11]);
    expect(await pool.apply((n: number) => n + 1, [41])).toBe(42);
  });

  test('runs them outside of the server', async () => {
    const worker = await pool.apply(() => process.pid);
    expect(worker).not.toBe(manager.process?.pid);
    expect(worker).not.toBe(process.pid);
  });

  test('gives results later, to any client that asks', async () => {
    const result = pool.applyAsync(sum, [20, 22]);
    expect(await result.get()).toBe(42);
    expect(await result.get()).toBe(42);
    expect(await result.ready()).toBe(true);
    expect(result.sync.successful()).toBe(true);
    expect(pool.mapAsync(twice, [1, 2]).getSync()).toEqual([2, 4]);
    expect(await pool.starmapAsync(sum, [[1, 1]]).wait()).toBe(true);
    const failed = pool.applyAsync(fail, ['later']);
    await expect(failed.get()).rejects.toThrow(RangeError);
    expect(await failed.successful()).toBe(false);
  });

  test('says when a result is not there in time, or not at all', async () => {
    const own = manager.pool({ processes: 1, grace: 0 });
    const begun = own.applyAsync(sleepLong);
    const queued = own.applyAsync(sum, [1, 1]);
    await expect(begun.get({ timeout: 1 })).rejects.toThrow(TimeoutError);
    expect(await begun.wait({ timeout: 1 })).toBe(false);
    await expect(begun.successful()).rejects.toThrow(TypeError);
    expect(await queued.cancel()).toBe(true);
    await expect(queued.get()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await own.terminate();
    await expect(begun.get()).rejects.toThrow(ClosedError);
    expect(await own.join()).toBe(true);
  });

  test('gives results one by one', async () => {
    const results: number[] = [];
    for await (const result of pool.imap(twice, [1, 2, 3])) results.push(result);
    expect(results).toEqual([2, 4, 6]);
    const each = pool.imap(twice, [4, 5], { chunksize: 2 });
    expect([...each.sync]).toEqual([8, 10]);
  });

  test('gives them in the order in which they are done, if that is asked for', async () => {
    const results = new Set<number>();
    for await (const result of pool.imapUnordered(twice, [1, 2, 3])) results.add(result);
    expect(results).toEqual(new Set([2, 4, 6]));
  });

  test('passes errors on, with their class', async () => {
    await expect(pool.apply(fail, ['so'])).rejects.toThrow(new RangeError('so'));
    await expect(pool.map(twice, 5 as never)).rejects.toThrow(TypeError);
    await expect(pool.apply('no function' as never)).rejects.toThrow(TypeError);
    await expect(pool.map(twice, [1], { chunksize: 0 })).rejects.toThrow(RangeError);
    await expect(manager.pool({ processes: 0 }).size()).rejects.toThrow(RangeError);
  });

  test('replaces a worker that dies', async () => {
    await expect(pool.apply(die)).rejects.toThrow(WorkerDiedError);
    markKilled();
    expect(await pool.map(twice, [1, 2, 3, 4])).toEqual([2, 4, 6, 8]);
    expect((await pool.stats()).replaced).toBeGreaterThan(0);
  });

  test('ends a task that is aborted, or takes too long', async () => {
    const own = manager.pool({ processes: 1, grace: 0 });
    const controller = new AbortController();
    const running = own.apply(sleepLong, [], { signal: controller.signal });
    await until(async () => (await own.stats()).running === 1);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(own.apply(sleepLong, [], { timeout: 20 })).rejects.toThrow(TimeoutError);
    markKilled();
    expect(await own.apply(sum, [1, 2])).toBe(3);
    await own.terminate();
  });

  test('has workers on demand, a limit for what waits, limits for each input, and priorities', async () => {
    const own = manager.pool({ maxProcesses: 1, maxQueue: 1, idleTimeout: 60_000, grace: 0 });
    expect([await own.size(), (await own.stats()).workers]).toEqual([1, 0]);
    const begun = own.applyAsync(sleepLong, []);
    await until(async () => (await own.stats()).running === 1);
    const low = own.applyAsync(sum, [1, 2], { priority: -1 });
    await expect(own.apply(sum, [1, 2])).rejects.toThrow(QueueFullError);
    expect(await low.cancel()).toBe(true);
    await expect(own.apply(sum, [1, 2], { priority: NaN })).rejects.toThrow(RangeError);
    await own.terminate();
    markKilled();
    await expect(begun.get()).rejects.toThrow(ClosedError);
    const limited = manager.pool({ processes: 1, grace: 0 });
    await expect(limited.map(sleepLong, [1], { timeout: 20 })).rejects.toThrow(TimeoutError);
    await expect(limited.starmap(sleepLong, [[]], { timeout: 20 })).rejects.toThrow(TimeoutError);
    const one = limited.imap(sleepLong, [1], { timeout: 20 });
    await expect(one.next()).rejects.toThrow(TimeoutError);
    expect((await limited.stats()).utilization).toBeGreaterThan(0);
    await limited.terminate();
  });

  test('does not call functions of its client for workers', () => {
    expect(() => manager.pool({ onWorkerStart: () => undefined } as never)).toThrow(
      "onWorkerStart is for a pool of this process: a manager's pool is in the manager",
    );
  });

  test('ends the tasks of a client that is killed', async () => {
    const own = manager.pool({ processes: 1, grace: 0 });
    const client = new Process({ target: startLong, args: [own] });
    client.start();
    await until(async () => (await own.stats()).running === 1);
    client.kill();
    markKilled();
    expect(await own.apply(sum, [1, 2])).toBe(3);
    await client.join();
    await own.terminate();
  });

  test('is shared by its handle, and shut down for all', async () => {
    const own = manager.pool({ processes: 1 });
    expect(PoolProxy.attach(own.handle)).toBe(own);
    const pending = own.apply(sum, [1, 2]);
    await own.shutdown();
    expect(await pending).toBe(3);
    await expect(own.apply(sum, [1, 2])).rejects.toThrow(ClosedError);
    expect(own.joinSync()).toBe(true);
    await expect(pool.join()).rejects.toThrow(TypeError);
  });

  test.each<[name: string, call: (wrong: never) => unknown, values: readonly unknown[]]>([
    ['a function', (wrong) => pool.apply(wrong), [5, undefined, 'sum']],
    ['arguments', (wrong) => pool.apply(sum, wrong), [5, 'ab', {}]],
    ['inputs', (wrong) => pool.map(twice, wrong), [5, null, {}]],
    ['options of apply()', (wrong) => pool.apply(sum, [1, 2], wrong), [5, null, { timeout: '5' }, { signal: 5 }]],
    ['options of map()', (wrong) => pool.map(twice, [1], wrong), [5, null, { chunksize: '1' }, { signal: 5 }]],
    ['options of starmap()', (wrong) => pool.starmap(sum, [], wrong), [5, null, { chunksize: '1' }]],
    ['options of imap()', (wrong) => pool.imap(twice, [1], wrong), [5, null, { chunksize: '1' }, { window: '1' }]],
    ['options of mapAsync()', (wrong) => pool.mapAsync(twice, [1], wrong), [5, null, { chunksize: '1' }]],
    ['options of applySync()', (wrong) => pool.applySync(sum, [1, 2], wrong), [5, { signal: AbortSignal.abort() }]],
    ['options of mapSync()', (wrong) => pool.mapSync(twice, [1], wrong), [5, { signal: AbortSignal.abort() }]],
    ['a signal of applyAsync()', (wrong) => pool.applyAsync(sum, [1, 2], wrong), [{ signal: AbortSignal.abort() }]],
    ['options of shutdown()', (wrong) => pool.shutdown(wrong), [true, 5]],
  ])('%s of the wrong type are a TypeError that shows them', async (_, call, values) => {
    for (const value of values) {
      const result = Promise.resolve().then(() => call(value as never));
      await expect(result).rejects.toThrow(/must be .*received|cannot end a/);
      await expect(result).rejects.toBeInstanceOf(TypeError);
    }
  });

  test('a chunk of no inputs is a RangeError', async () => {
    await expect(pool.map(twice, [1], { chunksize: 0 })).rejects.toThrow(RangeError);
    expect(() => pool.imap(twice, [1], { window: 0 })).toThrow(RangeError);
  });

  test('await using shuts it down and lets go of it', async () => {
    let kept: PoolProxy;
    {
      await using own = manager.pool({ processes: 1 });
      kept = own;
    }
    await expect(kept.size()).rejects.toThrow(ClosedError);
  });
});
