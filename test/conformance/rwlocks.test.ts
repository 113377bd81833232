import { setImmediate as immediate } from 'node:timers/promises';
import { SharedMemory } from '@multiprocess/shared-memory';
import { RWLock } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { forms, inForm, places, User } from '../sync/use.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: tens of thousands of phases, between several processes

const ROUNDS = 5000;
const READS = 3;

/** How the threads use it: each form alone, and all in a mixture. */
const mixtures: [string, string[][]][] = [
  ['processes that block', [['sync'], ['sync'], ['sync']]],
  ['processes that await', [['async'], ['async'], ['async']]],
  ['threads of one process', [['sync', 'in a worker']]],
  ['processes and threads in both forms', [['sync'], ['async'], ['sync', 'in a worker'], ['async', 'in a worker']]],
];

test.each(mixtures)('readers never see what a writer has half written, among %s', async (_what, ways) => {
  using lock = new RWLock();
  using memory = new SharedMemory({ size: 64 });
  const children = ways.map((how) =>
    startChild(new URL('fixtures/read-write.mjs', import.meta.url), {
      args: [lock.handle, memory.handle, String(ROUNDS), ...how],
    }),
  );
  for (const child of children) expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  const threads = ways.reduce((sum, how) => sum + how.length, 0);
  expect([...new Int32Array(memory.buffer).subarray(0, 2)]).toEqual([threads * ROUNDS, threads * ROUNDS]);
  expect([lock.readers, lock.writeLock.locked]).toEqual([0, false]);
});

describe.each(places)('a %s', (where) => {
  test.each(forms)('that waits (%s) to write is not starved by readers that never leave all at once', async (form) => {
    using lock = new RWLock();
    const writer = new User(lock, where);
    let reads = 0;
    let stop = false;
    onTestFinished(() => {
      stop = true;
    });
    // Two that overlap: at every moment one reads or waits to.
    const overlap = async (): Promise<void> => {
      while (!stop) await lock.readLock.run(async () => (await immediate(), reads++));
    };
    const overlapping = [overlap(), overlap()];
    await until(() => reads > 10);
    expect(await writer.call(inForm('writeLock.acquire', form))).toBe('true');
    const readBefore = reads;
    await immediate();
    expect(reads).toBe(readBefore);
    stop = true;
    await writer.call('writeLock.release');
    await Promise.all(overlapping);
  });

  test.each(forms)('that waits (%s) to read is not starved by writers that take turns', async (form) => {
    using lock = new RWLock();
    const reader = new User(lock, where);
    let writes = 0;
    let stop = false;
    onTestFinished(() => {
      stop = true;
    });
    const writer = async (): Promise<void> => {
      while (!stop) await lock.writeLock.run(async () => (await immediate(), writes++));
    };
    const writers = [writer(), writer()];
    await until(() => writes > 10);
    for (let i = 0; i < READS; i++) {
      expect(await reader.call(inForm('readLock.acquire', form))).toBe('true');
      await reader.call('readLock.release');
    }
    stop = true;
    await Promise.all(writers);
  });
});
