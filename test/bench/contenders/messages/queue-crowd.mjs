// Our queue among many: queue-crowd.mjs sync | async. Starts itself as four producers and four consumers of one queue.
import { fileURLToPath } from 'node:url';
import { Queue } from '@multiprocess/queue';
import { now } from '../../harness/contender/clock.mjs';
import { messagesOf } from '../../harness/contender/messages.mjs';
import { Pace } from '../../harness/contender/pace.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @import { SmallObject } from '../../harness/contender/messages.mjs' */

/** @typedef {{ ms: number }} Request of a round, @typedef {{ count: number }} SideRequest */

const EACH = 4;
const { make, check } = messagesOf('small object');
const [way = '', role, handle] = process.argv.slice(2);
/** @type {Queue} */
const queue = handle === undefined ? new Queue() : Queue.attach(handle);

/** @param {unknown} message */
const checkAny = (message) => check(message, /** @type {SmallObject} */ (message).id);

/** @param {number} count */
async function put(count) {
  if (way === 'sync') for (let i = 0; i < count; i++) queue.putSync(make(i));
  else for (let i = 0; i < count; i++) await queue.put(make(i));
}

/** @param {number} count */
async function take(count) {
  if (way === 'sync') for (let i = 0; i < count; i++) checkAny(queue.getSync());
  else for (let i = 0; i < count; i++) checkAny(await queue.get());
  return now();
}

if (role !== undefined) {
  await serve((/** @type {SideRequest} */ { count }, started) => {
    started();
    return role === 'put' ? put(count) : take(count);
  });
} else {
  const start = (/** @type {string} */ what) =>
    Array.from({ length: EACH }, () => new Program(fileURLToPath(import.meta.url), [way, what, queue.handle]));
  const consumers = start('take');
  const producers = start('put');
  const pace = new Pace();
  await serve(async (/** @type {Request} */ { ms }) => {
    for (;;) {
      const count = pace.count('', ms);
      const taken = await Promise.all(consumers.map((consumer) => consumer.begin({ count })));
      const begin = now();
      await Promise.all(producers.map((producer) => producer.ask({ count })));
      const ends = /** @type {number[]} */ (await Promise.all(taken.map(({ done }) => done)));
      const nanoseconds = Math.max(...ends) - begin;
      if (pace.learn('', ms, count, nanoseconds)) return { samples: [((EACH * count) / nanoseconds) * 1e9] };
    }
  });
}
