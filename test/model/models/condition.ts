import type { OwnerMutex } from '@multiprocess/shared-memory';
import type { WaiterTable } from '../../../packages/sync/dist/words/waiter-table.js';
import type { Act, Model, Site } from '../checker/model.js';
import { ownerIdOf } from '../checker/sleeping.js';
import { mutantsOf } from './mutant.js';
import { sharedMemoryOf } from './toolkit.js';

const MUTEX = 0;
const TABLE = 1;
const ENTRIES = 2;
/** What is waited for; changed under the mutex, without Atomics. */
const THINGS = TABLE + 2 + ENTRIES * 4;

const mutexOf = (site: Site): OwnerMutex => new (sharedMemoryOf(site).OwnerMutex)(site.words, MUTEX, site.thread);

const tableOf = (site: Site): WaiterTable => {
  const loaded = site.load('sync/words/waiter-table.js') as { WaiterTable: typeof WaiterTable };
  return new loaded.WaiterTable(site.words, TABLE, site.thread, () => undefined);
};

/** Takes a thing, waiting for one, as `Condition.waitForSync()` does. */
const takes =
  (timeout: number): Act =>
  (site) => {
    const { waitSync } = sharedMemoryOf(site);
    const mutex = mutexOf(site);
    const table = tableOf(site);
    const lock = (): unknown => waitSync(site.parker, mutex.locking(), Infinity);
    lock();
    while (site.words[THINGS] === 0) {
      table.enter();
      mutex.unlock();
      const notified = waitSync(site.parker, table.waiting(), timeout);
      lock();
      if (notified === true || table.leave()) continue;
      mutex.unlock();
      return 'end';
    }
    site.words[THINGS]! -= 1;
    mutex.unlock();
    return 'next';
  };
const take = takes(Infinity);

const puts =
  (things: number): Act =>
  (site) => {
    const mutex = mutexOf(site);
    sharedMemoryOf(site).waitSync(site.parker, mutex.locking(), Infinity);
    site.words[THINGS]! += things;
    tableOf(site).notify(things);
    mutex.unlock();
    return 'next';
  };
const put = puts(1);

/** A notification that comes after a waiter's death is for the other; one that came before may have died with it. */
const untilOneDied: Act = (site) => (site.thread.isDead(ownerIdOf(0)) ? 'next' : 'again');

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `condition/${name}`,
    words: { mutex: MUTEX, high: TABLE, next: TABLE + 1, first: TABLE + 2, second: TABLE + 6, things: THINGS },
    wordCount: THINGS + 1,
    programs,
    bounds: { preemptions: 2 },
    mayRest: ({ words }) => words[THINGS] === 0,
    ...more,
  };
}

const oneByOne = model('two wait, one notifies twice', [[take], [take], [put, put]]);
const together = model('two wait, both are notified', [[take], [take], [puts(2)]]);
const givingUp = model('one gives up', [[take], [takes(5)], [put]]);
const killed = model('a waiter is killed', [[take], [take], [untilOneDied, put]], {
  kills: 1,
  victims: [0],
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});

export const conditionModels = [oneByOne, together, givingUp, killed];

const sleeps = /sleeps for ever/;

export const conditionMutants = mutantsOf('sync/words/waiter-table.js', {
  'notify() wakes no thread': [oneByOne, 'this.#thread.parker.unpark(this.#words, entry + NOTIFIED, 1);', '', sleeps],
  'notify() wakes before it says so': [
    oneByOne,
    'this.#store(entry + NOTIFIED, notified + count);\n            this.#thread.parker.unpark(this.#words, entry + NOTIFIED, 1);',
    'this.#thread.parker.unpark(this.#words, entry + NOTIFIED, 1);\n            this.#store(entry + NOTIFIED, notified + count);',
    sleeps,
  ],
  'notify() ends one wait at most': [together, 'left -= count;', 'left = 0;', sleeps],
  'one that gives up does not see that it was notified': [
    givingUp,
    'if (entered === this.#load(entry + NOTIFIED))',
    'if (false)',
    sleeps,
  ],
  'notifications go to the dead': [
    killed,
    'count <= 0 || owner === 0 || this.#thread.isDead(owner)',
    'count <= 0 || owner === 0',
    sleeps,
  ],
});
