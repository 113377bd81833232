// Uses an uncontended primitive: sync-alone.mjs <form>. A sample is the time in nanoseconds of what the case
// names, as the mean over a batch.
import { Barrier, BoundedSemaphore, Condition, Event, RLock, Semaphore } from '@multiprocess/sync';
import { inBatches } from '../../harness/contender/batches.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @typedef {'RLock' | 'Semaphore' | 'BoundedSemaphore' | 'Condition' | 'Event' | 'Barrier'} Primitive */
/** @typedef {(count: number) => Promise<void> | void} Loop */

/** @param {RLock | Semaphore | BoundedSemaphore} object @returns {Loop} */
const pairsSync = (object) => (count) => {
  for (let i = 0; i < count; i++) {
    object.acquireSync();
    object.release();
  }
};

/** @param {RLock | Semaphore | BoundedSemaphore} object @returns {Loop} */
const pairs = (object) => async (count) => {
  for (let i = 0; i < count; i++) {
    await object.acquire();
    object.release();
  }
};

/** @type {Record<string, Record<Primitive, () => Loop>>} */
const forms = {
  sync: {
    RLock: () => pairsSync(new RLock()),
    Semaphore: () => pairsSync(new Semaphore({ value: 3 })),
    BoundedSemaphore: () => pairsSync(new BoundedSemaphore({ value: 3 })),
    Event: () => {
      const event = new Event();
      return (count) => {
        for (let i = 0; i < count; i++) {
          event.set();
          event.waitSync();
          event.clear();
        }
      };
    },
    Condition: () => {
      const condition = new Condition();
      return (count) => {
        for (let i = 0; i < count; i++) {
          condition.acquireSync();
          condition.notify();
          condition.release();
        }
      };
    },
    Barrier: () => {
      const barrier = new Barrier({ parties: 1 });
      return (count) => {
        for (let i = 0; i < count; i++) barrier.waitSync();
      };
    },
  },
  async: {
    RLock: () => pairs(new RLock()),
    Semaphore: () => pairs(new Semaphore({ value: 3 })),
    BoundedSemaphore: () => pairs(new BoundedSemaphore({ value: 3 })),
    Event: () => {
      const event = new Event();
      return async (count) => {
        for (let i = 0; i < count; i++) {
          event.set();
          await event.wait();
          event.clear();
        }
      };
    },
    Condition: () => {
      const condition = new Condition();
      return async (count) => {
        for (let i = 0; i < count; i++) {
          await condition.acquire();
          condition.notify();
          condition.release();
        }
      };
    },
    Barrier: () => {
      const barrier = new Barrier({ parties: 1 });
      return async (count) => {
        for (let i = 0; i < count; i++) await barrier.wait();
      };
    },
  },
};

const form = forms[process.argv[2] ?? ''];
if (form === undefined)
  throw new RangeError(`No form "${process.argv[2]}"; there are ${Object.keys(forms).join(', ')}`);
/** @type {((ms: number) => unknown) | undefined} */
let measure; // of the one primitive that this program is asked about
await serve((/** @type {{ primitive: Primitive, ms: number }} */ { primitive, ms }) => {
  measure ??= inBatches(form[primitive]());
  return measure(ms);
});
