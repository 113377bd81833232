import { expect, test, vi } from 'vitest';
import { times } from '../helpers/effort.js';
import { surviveKills } from './worker-kills.js';

/** How long, in milliseconds: `MULTIPROCESS_SOAK=60000` for a minute. */
const DURATION = Number(process.env['MULTIPROCESS_SOAK'] ?? times(15_000));
const KILL_EVERY = 200;

vi.setConfig({ testTimeout: DURATION + 300_000 }); // a watchdog: how soon the others notice is not what is tested

test(`4 producers and 4 consumers survive a kill every ${KILL_EVERY} ms for ${DURATION / 1000} s`, async () => {
  let end: number | undefined; // that the processes start takes as long as it takes
  const killed = await surviveKills(
    { name: 'soak', forms: ['sync', 'async'], batch: 3, bytes: 3000 },
    {
      each: 4,
      workers: 8 + Math.ceil(DURATION / KILL_EVERY),
      isOver: () => performance.now() >= (end ??= performance.now() + DURATION),
      pause: () => KILL_EVERY,
    },
  );
  expect(killed).toBeGreaterThan(0);
});
