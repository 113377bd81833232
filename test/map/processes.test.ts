import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedMap } from '@multiprocess/map';
import { describe, expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';

vi.setConfig({ testTimeout: 120_000 }); // a watchdog: some processes each

const program = new URL('fixtures/use.mjs', import.meta.url);

/** Lets processes use a map, all at a time. */
async function useAtOnce(map: SharedMap, uses: readonly (readonly [what: string, times: number])[]): Promise<void> {
  const children: Child[] = uses.map(([what, times], number) =>
    startChild(program, { args: [map.handle, what, String(times), String(number)] }),
  );
  for (const child of children) await child.line('ready');
  for (const child of children) child.say('go');
  for (const child of children) expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
}

describe.each([
  ['a map', {}],
  ['a cache', { maxEntries: 100_000 }],
])('%s of several processes', (_, options) => {
  test('counts exactly', async () => {
    using map = new SharedMap<string, number>(options);
    await useAtOnce(map, new Array<[string, number]>(4).fill(['increment', 3000]));
    expect([0, 1, 2].map((i) => map.get(`counter ${i}`))).toEqual([4000, 4000, 4000]);
    expect(map.size).toBe(3);
  });

  test('shows no reader half of a value', async () => {
    using map = new SharedMap<number, string>(options);
    await useAtOnce(map, [
      ['setWhole', 20_000],
      ['setWhole', 20_000],
      ['readWhole', 60_000],
      ['readWhole', 60_000],
    ]);
    expect(map.size).toBe(50);
    expect(new Set(map.keys()).size).toBe(50);
  });

  test('shows no reader what was before what it has seen', async () => {
    using map = new SharedMap<string, number>(options);
    await useAtOnce(map, [
      ['setInTurn', 50_000],
      ['readInTurn', 500_000],
      ['readInTurn', 500_000],
    ]);
    expect([map.get('first'), map.get('second')]).toEqual([49_999, 49_999]);
  });

  test('keeps what each has set', async () => {
    using map = new SharedMap<string, number>(options);
    await useAtOnce(map, new Array<[string, number]>(4).fill(['own', 5000]));
    expect(map.size).toBe(20_000);
    const found = new Map(map);
    for (let number = 0; number < 4; number++)
      for (let i = 0; i < 5000; i++) expect(found.get(`${number}:${i}`)).toBe(i);
  });

  test('lets one of several win', async () => {
    using map = new SharedMap<string, number>(options);
    await useAtOnce(map, new Array<[string, number]>(4).fill(['claim', 2000]));
    expect([map.get('claims'), map.size]).toEqual([2000, 2001]);
  });
});

test('a small cache of several processes never has more entries than it may', async () => {
  using map = new SharedMap<string, number>({ maxEntries: 100 });
  let largest = 0;
  const used = useAtOnce(map, [...new Array<[string, number]>(3).fill(['own', 10_000]), ['getOrInsert', 10_000]]);
  const running = { isOver: false };
  void used.finally(() => (running.isOver = true));
  while (!running.isOver) {
    for (let i = 0; i < 1000; i++) largest = Math.max(largest, map.size);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await used;
  expect(largest).toBeLessThanOrEqual(100);
  expect([map.size, [...map].length]).toEqual([100, 100]);
});

test('threads share it like processes', async () => {
  using map = new SharedMap<string, number>();
  const source = `
    const { workerData } = require('node:worker_threads');
    import('@multiprocess/map').then(({ SharedMap }) => {
      const map = SharedMap.attach(workerData);
      for (let i = 0; i < 5000; i++) map.increment('counter');
    });`;
  const workers = [0, 1].map(() => new Worker(source, { eval: true, workerData: map.handle }));
  const exits = workers.map((worker) => once(worker, 'exit'));
  for (let i = 0; i < 5000; i++) map.increment('counter');
  for (const exit of exits) expect(await exit).toEqual([0]);
  expect(map.get('counter')).toBe(15_000);
});
