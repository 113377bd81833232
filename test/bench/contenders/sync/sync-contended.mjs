// Two processes use the same primitive: sync-contended.mjs <form>. It starts itself once more, as the other side. A
// sample is the rate of a round: pairs of acquire and release of both sides together, or turns and meetings, which both
// sides make together.
import { fileURLToPath } from 'node:url';
import { SharedMemory } from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, RLock, Semaphore } from '@multiprocess/sync';
import { now, spinUntil, START_MARGIN_NS } from '../../harness/contender/clock.mjs';
import { contend, contendSync, replyOf } from '../../harness/contender/contend.mjs';
import { Pace } from '../../harness/contender/pace.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @import { Outcome } from '../../harness/contender/contend.mjs' */
/** @typedef {'RLock' | 'Semaphore' | 'BoundedSemaphore'} Acquirable */
/** @typedef {'Condition' | 'Event' | 'Barrier'} Meeting */
/** @typedef {{ primitive: Acquirable, start: number, end: number }} PairsRequest */
/** @typedef {{ primitive: Meeting, start: number, count: number }} MeetingsRequest */

const [form = '', given] = process.argv.slice(2);
const handles = /** @type {string[] | undefined} */ (given === undefined ? undefined : JSON.parse(given));
const side = handles === undefined ? 0 : 1;
const [memory, rlock, semaphore, bounded, condition, ping, pong, barrier] =
  handles === undefined
    ? /** @type {const} */ ([
        new SharedMemory({ size: 64 }),
        new RLock(),
        new Semaphore(),
        new BoundedSemaphore(),
        new Condition(),
        new Event(),
        new Event(),
        new Barrier({ parties: 2 }),
      ])
    : /** @type {const} */ ([
        SharedMemory.attach(handles[0] ?? ''),
        RLock.attach(handles[1] ?? ''),
        Semaphore.attach(handles[2] ?? ''),
        BoundedSemaphore.attach(handles[3] ?? ''),
        Condition.attach(handles[4] ?? ''),
        Event.attach(handles[5] ?? ''),
        Event.attach(handles[6] ?? ''),
        Barrier.attach(handles[7] ?? ''),
      ]);
/** @type {{ [P in Acquirable]: RLock | Semaphore | BoundedSemaphore }} */
const acquirables = { RLock: rlock, Semaphore: semaphore, BoundedSemaphore: bounded };
/** Whose turn it is, under the condition. */
const turn = new Int32Array(memory.buffer);
const [mine, theirs] = side === 0 ? [ping, pong] : [pong, ping];

/** @type {Record<string, Record<Meeting, (count: number) => Promise<void> | void>>} */
const meetings = {
  sync: {
    Condition: (count) => {
      for (let i = 0; i < count; i++) {
        condition.acquireSync();
        while (turn[0] !== side) condition.waitSync();
        turn[0] = 1 - side;
        condition.notify();
        condition.release();
      }
    },
    Event: (count) => {
      for (let i = 0; i < count; i++) {
        if (side === 0) theirs.set();
        mine.waitSync();
        mine.clear();
        if (side === 1) theirs.set();
      }
    },
    Barrier: (count) => {
      for (let i = 0; i < count; i++) barrier.waitSync();
    },
  },
  async: {
    Condition: async (count) => {
      for (let i = 0; i < count; i++) {
        await condition.acquire();
        while (turn[0] !== side) await condition.wait();
        turn[0] = 1 - side;
        condition.notify();
        condition.release();
      }
    },
    Event: async (count) => {
      for (let i = 0; i < count; i++) {
        if (side === 0) theirs.set();
        await mine.wait();
        mine.clear();
        if (side === 1) theirs.set();
      }
    },
    Barrier: async (count) => {
      for (let i = 0; i < count; i++) await barrier.wait();
    },
  },
};

/** @param {PairsRequest} request @returns {Outcome | Promise<Outcome>} */
function compete({ primitive, start, end }) {
  const object = acquirables[primitive];
  const stretch = { start, end, watched: false };
  if (form === 'sync') return contendSync(object, stretch, turn, side);
  return contend(
    async (section) => {
      await object.acquire();
      section();
      object.release();
    },
    stretch,
    turn,
    side,
  );
}

/** @param {MeetingsRequest} request */
async function meet({ primitive, start, count }) {
  const run = meetings[form]?.[primitive];
  if (run === undefined) throw new RangeError(`No form "${form}" of ${primitive}`);
  spinUntil(start);
  await run(count);
  return now() - start;
}

/** @param {PairsRequest | MeetingsRequest} request */
const answer = (request) => ('count' in request ? meet(request) : compete(request));

if (handles !== undefined) {
  await serve(answer);
} else {
  const all = [memory, rlock, semaphore, bounded, condition, ping, pong, barrier].map(({ handle }) => handle);
  const other = new Program(fileURLToPath(import.meta.url), [form, JSON.stringify(all)]);
  await other.ask({ primitive: 'RLock', start: 0, end: 0 }); // it is there
  const pace = new Pace();
  await serve(async (/** @type {{ ms: number, primitive: Acquirable | Meeting }} */ { ms, primitive }) => {
    const start = now() + START_MARGIN_NS;
    if (primitive === 'RLock' || primitive === 'Semaphore' || primitive === 'BoundedSemaphore') {
      const stretch = { primitive, start, end: start + ms * 1e6 };
      const done = other.ask(stretch);
      return replyOf([await compete(stretch), /** @type {Outcome} */ (await done)]);
    }
    const request = { primitive, start, count: pace.count(primitive, ms) };
    const done = other.ask(request);
    const nanoseconds = Math.max(await meet(request), /** @type {number} */ (await done));
    pace.learn(primitive, ms, request.count, nanoseconds);
    return { samples: [(request.count / nanoseconds) * 1e9] };
  });
}
