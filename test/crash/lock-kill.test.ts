import { Lock } from '@multiprocess/sync';
import { SharedMemory } from '@multiprocess/shared-memory';
import { describe, expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { times } from '../helpers/effort.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: a hundred processes, one after the other

const KILLS = times(100);

const holdLock = (lock: Lock, form: string): Child =>
  startChild(new URL('fixtures/hold-lock.mjs', import.meta.url), { args: [lock.handle, form] });

const kinds = [
  { kind: 'Lock', newLock: () => new Lock() },
  { kind: 'fair Lock', newLock: () => new Lock({ fair: true }) },
];

describe.each(kinds)('of a $kind', ({ newLock }) => {
  test.each(['sync', 'async'])(
    `the waiter (%s) of a holder that is killed has the lock, ${KILLS} times over`,
    async (form) => {
      using lock = newLock();
      // The waiter of one round is the holder of the next.
      let holder = holdLock(lock, 'sync');
      await holder.line(/^holds/);
      for (let kill = 0; kill < KILLS; kill++) {
        const waiter = holdLock(lock, form);
        await waiter.line('waits');
        expect(lock.owner).toEqual({ pid: holder.pid, threadId: 0 });
        await holder.kill();
        expect(await waiter.line(/^holds/)).toBe('holds, ownerDied true');
        expect(lock.owner).toEqual({ pid: waiter.pid, threadId: 0 });
        holder = waiter;
      }
      await holder.kill();
      expect(await lock.acquire()).toBe(true);
      expect(lock.ownerDied).toBe(true);
    },
  );

  describe.each(['sync', 'async'])('the waiter (%s) has the lock', (form) => {
    test.each([
      'process.abort()',
      'process.exit()',
      'an uncaught error',
      'worker.terminate()',
      'the worker’s process.exit()',
      'SIGTERM',
    ])('when its holder ended by %s', async (end) => {
      using lock = newLock();
      const holder = startChild(new URL('fixtures/end-while-holding.mjs', import.meta.url), {
        args: [lock.handle, end],
      });
      await holder.line('holds');
      const waiter = holdLock(lock, form);
      await waiter.line('waits');
      holder.say('end');
      if (end === 'SIGTERM') void holder.kill('SIGTERM');
      expect(await waiter.line(/^holds/)).toBe('holds, ownerDied true');
    });

    test('though others that waited were killed', async () => {
      using lock = newLock();
      lock.acquireSync();
      const doomed = Array.from({ length: 6 }, (_, i) => holdLock(lock, i % 2 === 0 ? 'sync' : 'async'));
      const waiter = holdLock(lock, form);
      for (const child of [...doomed, waiter]) await child.line('waits');
      await Promise.all(doomed.map((child) => child.kill()));
      lock.release();
      expect(await waiter.line(/^holds/)).toMatch(/^holds, ownerDied (true|false)$/);
    });

    test('though others were killed at the moment it was released', async () => {
      using lock = newLock();
      for (let round = 0; round < 5; round++) {
        lock.acquireSync();
        const doomed = [holdLock(lock, 'sync'), holdLock(lock, 'async')];
        const waiter = holdLock(lock, form);
        for (const child of [...doomed, waiter]) await child.line('waits');
        lock.release();
        await Promise.all(doomed.map((child) => child.kill()));
        await waiter.line(/^holds/);
        await waiter.kill();
      }
    });
  });

  test('a holder that is killed is replaced by one of many who wait, and only that one learns it', async () => {
    using lock = newLock();
    const holder = holdLock(lock, 'sync');
    await holder.line(/^holds/);
    const waiters = Array.from({ length: 6 }, (_, i) => holdLock(lock, i % 2 === 0 ? 'sync' : 'async'));
    for (const waiter of waiters) await waiter.line('waits');
    await holder.kill();
    const turns = waiters.map(async (waiter) => {
      const line = await waiter.line(/^holds/);
      waiter.say('release');
      return line;
    });
    const lines = await Promise.all(turns);
    expect(lines.filter((line) => line === 'holds, ownerDied true')).toHaveLength(1);
  });

  describe('a number that is raised under a lock is exact', () => {
    const increment = (lock: Lock, memory: SharedMemory, times: number, ...how: string[]) =>
      startChild(new URL('../sync/fixtures/increment.mjs', import.meta.url), {
        args: [lock.handle, memory.handle, String(times), ...how],
      });

    test('by two processes a million times each', async () => {
      using lock = newLock();
      using memory = new SharedMemory({ size: 64 });
      const children = [1, 2].map(() => increment(lock, memory, 1_000_000, 'sync'));
      for (const child of children) expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
      expect(new Int32Array(memory.buffer)[0]).toBe(2_000_000);
      expect(lock.locked).toBe(false);
    });

    test('by processes and threads in both forms', async () => {
      using lock = newLock();
      using memory = new SharedMemory({ size: 64 });
      const ways = [['sync'], ['async'], ['sync', 'in a worker'], ['async', 'in a worker']];
      const children = ways.map((how) => increment(lock, memory, 20_000, ...how));
      for (const child of children) expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
      // A worker counts beside the main thread of its process, in the other form.
      expect(new Int32Array(memory.buffer)[0]).toBe(6 * 20_000);
      expect(lock.locked).toBe(false);
    });
  });
});
