import { SharedMap } from '@multiprocess/map';
import { OutOfMemoryError, SharedMemory } from '@multiprocess/shared-memory';
import { expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { times } from '../helpers/effort.js';
import { afterWrite, valueOf } from './fixtures/map-values.mjs';

const KILLS = times(250);
vi.setConfig({ testTimeout: 120_000 + KILLS * 2000 }); // a watchdog

const KEYS = 50;
const EACH = 2;
/** Room for all that a writer sets: an entry of 20 000 bytes, the others of 200 on average. Half of those that are killed write. */
const BYTES_EACH = 2 ** 15;

interface Worker {
  readonly role: 'write' | 'read';
  readonly number: number;
  readonly child: Child;
}

test.each([
  { name: 'a map', options: { memory: 2 ** 24 + KILLS * BYTES_EACH }, kills: KILLS, evicts: false },
  { name: 'a small cache', options: { memory: 2 ** 18, maxEntries: 120 }, kills: times(100), evicts: true },
])('kills of readers and writers of $name leave every entry whole', async ({ options, kills, evicts }) => {
  using map = new SharedMap<string, unknown>(options);
  using log = new SharedMemory({ size: 4 * (2 + 2 * (kills + 2 * EACH)) });
  const words = new Int32Array(log.buffer);
  let started = 0;
  const start = async (role: Worker['role']): Promise<Worker> => {
    const number = started++;
    const child = startChild(new URL('fixtures/map-work.mjs', import.meta.url), {
      args: [role, map.handle, log.handle, String(number)],
    });
    await child.line('runs');
    return { role, number, child };
  };

  const all: Worker[] = [];
  for (let i = 0; i < EACH; i++) all.push(await start('write'), await start('read'));
  const living = [...all];
  for (let killed = 0; killed < kills; killed++) {
    const [victim] = living.splice(Math.floor(Math.random() * living.length), 1) as [Worker];
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20)); // at any moment of what it does
    expect((await victim.child.kill()).signal, victim.child.stderr).toBe('SIGKILL');
    const next = await start(victim.role);
    living.push(next);
    all.push(next);
  }
  Atomics.store(words, 0, 1);
  for (const { child } of living) expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });

  const found = new Map(map);
  expect(map.size).toBe(found.size);
  let counted = 0;
  let begunAll = 0;
  for (const { role, number } of all) {
    if (role !== 'write') continue;
    const begun = Atomics.load(words, 2 + 2 * number);
    const finished = Atomics.load(words, 3 + 2 * number);
    expect(begun - finished).toBeLessThanOrEqual(1);
    begunAll += begun;
    counted += finished;
    for (let key = 0; key < KEYS; key++) {
      const value = found.get(`${number}:${key}`);
      const last = finished - ((finished - key + KEYS) % KEYS);
      const possible = [
        afterWrite(last),
        begun > finished && begun % KEYS === key ? afterWrite(begun) : afterWrite(last),
      ];
      if (evicts) possible.push(undefined);
      expect(possible, `write ${begun} of process ${number}, key ${key}`).toContain(value);
      found.delete(`${number}:${key}`);
    }
  }
  if (!evicts) {
    expect(found.get('count')).toBeGreaterThanOrEqual(counted);
    expect(found.get('count')).toBeLessThanOrEqual(begunAll);
  }
  found.delete('count');
  expect([...found]).toEqual([]); // nothing that was never set

  // No bucket is stuck, and no memory is lost: all of it can be used, by one thread.
  map.clear();
  expect(map.size).toBe(0);
  for (let i = 0; i < 20_000; i++) {
    map.set(`after ${i % 1000}`, i);
    if (map.get(`after ${i % 1000}`) !== i) expect.fail(`after ${i % 1000} is lost`);
  }
  map.clear();
  using untouched = new SharedMap<string, unknown>(options);
  expect(entriesUntilFull(map)).toBe(entriesUntilFull(untouched));
});

/** How many entries are set before there is no room for another, or one is evicted. */
function entriesUntilFull(map: SharedMap<string>): number {
  const { evictions } = map.stats();
  for (let i = 0; ; i++) {
    try {
      map.set(`entry ${i}`, valueOf(399));
    } catch (error) {
      if (error instanceof OutOfMemoryError) return i;
      throw error;
    }
    if (map.stats().evictions > evictions) return i;
  }
}
