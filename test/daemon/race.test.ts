import path from 'node:path';
import { Daemon } from '@multiprocess/daemon';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { times } from '../helpers/effort.js';
import { isRunning } from '../helpers/is-running.js';
import { markKilled } from '../helpers/segment-directory.js';
import { stay } from './fixtures/targets.mjs';
import { directory } from './helpers.js';

const ROUNDS = times(100);

test(
  `two launchers start the same daemon ${ROUNDS} times: one instance each time, and the other start names it`,
  { timeout: 600_000 },
  async () => {
    const place = directory();
    const launchers = [1, 2].map(() => startChild(new URL('fixtures/race.mjs', import.meta.url)));
    await Promise.all(launchers.map((one) => one.line('ready')));
    const wins = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const pidFile = path.join(place, `pid-${round % 3}`); // also over what an earlier round has left
      for (const one of launchers) one.say(pidFile);
      const outcomes = await Promise.all(
        launchers.map(
          async (one) => JSON.parse(await one.line(/^{/)) as { pid?: number; holder?: number; code?: string },
        ),
      );
      const winners = outcomes.filter(({ pid }) => pid !== undefined);
      expect(winners).toHaveLength(1);
      const pid = winners[0]?.pid ?? 0;
      expect(outcomes).toContainEqual({ holder: pid, code: 'ERR_MULTIPROCESS_DAEMON' });
      wins[outcomes.findIndex((one) => one.pid === pid)]! += 1;
      const daemon = new Daemon({ target: stay, pidFile });
      expect(daemon.status()).toEqual({ running: true, pid });
      markKilled();
      // Ended in each of the two ways, so that the next round finds nothing, or something stale.
      if (round % 2 === 0) await daemon.stop();
      else process.kill(pid, 'SIGKILL');
      while (isRunning(pid)) await new Promise(setImmediate);
    }
    expect(wins[0]! + wins[1]!).toBe(ROUNDS);
  },
);
