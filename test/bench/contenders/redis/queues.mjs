// A queue on Redis: queues.mjs <way> [other]. Starts itself again as the other side, which sends back or does the jobs.
import { fileURLToPath } from 'node:url';
import { now } from '../../harness/contender/clock.mjs';
import { messagesOf } from '../../harness/contender/messages.mjs';
import { Pace } from '../../harness/contender/pace.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';
import { sideOf } from '../../harness/contender/redis-sides.mjs';

/** @typedef {{ ms: number, what: 'put' | 'many' | 'jobs' | 'ping' }} Request of a round */

const IN_FLIGHT = 64;
const BATCH = 1000;
const { make, check } = messagesOf('small object');
const [way = '', role] = process.argv.slice(2);
const side = await sideOf(way);

/** @param {number} count @param {(i: number) => Promise<unknown>} call */
async function inFlight(count, call) {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < count; i = next++) await call(i);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** @param {number} count */
async function putMany(count) {
  for (let at = 0; at < count; at += BATCH) {
    await side.putMany(Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => make(at + i)));
  }
}

/** @param {number} count @param {Program} other */
async function haveDone(count, other) {
  const { done } = await other.begin({ what: 'jobs', count });
  await inFlight(count, (i) => side.put('jobs', make(i)));
  await done;
}

/** @param {number} count @param {Program} other */
async function ping(count, other) {
  const { done } = await other.begin({ what: 'ping', count });
  for (let i = 0; i < count; i++) {
    await side.put('there', make(i));
    check(await side.take('back'), i);
  }
  await done;
}

if (role === 'other') {
  await serve(async (/** @type {{ what: 'jobs' | 'ping', count: number }} */ { what, count }, started) => {
    started();
    if (what === 'jobs') return side.doJobs(count);
    for (let i = 0; i < count; i++) await side.put('back', await side.take('there'));
    return undefined;
  });
} else {
  const pace = new Pace();
  /** @type {Program | undefined} */
  let other;
  await serve(async (/** @type {Request} */ { ms, what }) => {
    const otherSide = () => (other ??= new Program(fileURLToPath(import.meta.url), [way, 'other']));
    for (;;) {
      const count = pace.count(what, ms);
      const begin = now();
      if (what === 'put') await inFlight(count, (i) => side.put('put', make(i)));
      else if (what === 'many') await putMany(count);
      else if (what === 'jobs') await haveDone(count, otherSide());
      else await ping(count, otherSide());
      const nanoseconds = now() - begin;
      await side.empty();
      if (!pace.learn(what, ms, count, nanoseconds)) continue;
      return { samples: [what === 'ping' ? nanoseconds / count / 1e3 : (count / nanoseconds) * 1e9] };
    }
  });
}
