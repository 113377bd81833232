import { clock, inspectObjects } from '@multiprocess/shared-memory';
import type { Inspection } from '@multiprocess/shared-memory';
import { waitsOf } from './explain-waits.js';

// A blocked thread wakes ten times a second, and shows no wait for that moment: so one look may miss it.
const LOOKS = 4;
const PAUSE_MS = 7;
/** Thousands of objects take long to look at. After so long two looks have to do. */
const LONG_MS = 100;

/** Looks several times at all objects and threads, for about 20 ms. Resolves with the look that showed the most waits. */
export async function lookForWaits(): Promise<Inspection> {
  const begin = clock.now();
  let best = inspectObjects();
  for (let look = 1; look < LOOKS; look++) {
    if (look > 1 && clock.now() - begin > LONG_MS) break;
    await clock.sleep(PAUSE_MS);
    const next = inspectObjects();
    if (countWaits(next) > countWaits(best)) best = next;
  }
  return best;
}

function countWaits({ threads }: Inspection): number {
  return threads.reduce((sum, thread) => sum + waitsOf(thread).length, 0);
}
