import { test, vi } from 'vitest';
import { times } from '../helpers/effort.js';
import { surviveKills } from './worker-kills.js';
import type { Load } from './worker-kills.js';

vi.setConfig({ testTimeout: 300_000 }); // a watchdog: some sixty processes each

const KILLS = times(50);

const loads: readonly Load[] = [
  { name: 'small items, unbounded', forms: ['sync', 'async'], batch: 1, bytes: 20 },
  { name: 'small items in batches, bounded', maxsize: 10, forms: ['sync', 'async'], batch: 7, bytes: 20 },
  { name: '100 KiB items, bounded', maxsize: 10, forms: ['async', 'sync'], batch: 1, bytes: 100 * 1024 },
  {
    name: '100 KiB items in batches, little memory',
    memory: 2 ** 20,
    forms: ['sync', 'async'],
    batch: 3,
    bytes: 100 * 1024,
  },
];

test.each(loads)(`${KILLS} kills of producers and consumers: $name`, async (load) => {
  await surviveKills(load, {
    each: 2,
    isOver: (kills) => kills >= KILLS,
    pause: () => Math.random() * 20, // at any moment of what they do
  });
});
