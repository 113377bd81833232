import type { OwnerMutex, waitSync } from '@multiprocess/shared-memory';
import type { Act, Model, Site } from '../checker/model.js';

const MUTEX = 0;
const COUNTER = 1;
const IN_TIME = 2;

const load = (site: Site) => ({
  mutex: new (site.load('shared-memory/owner-mutex.js') as { OwnerMutex: typeof OwnerMutex }).OwnerMutex(
    site.words,
    MUTEX,
    site.thread,
  ),
  waitSync: (site.load('shared-memory/wait-sync.js') as { waitSync: typeof waitSync }).waitSync,
});

/** Raises the counter, which is no atomic operation: two who do so at a time are a race. */
function raise(site: Site): void {
  site.words[COUNTER]! += 1;
}

const lock =
  (timeout = Infinity): Act =>
  (site) => {
    const { mutex, waitSync } = load(site);
    return waitSync(site.parker, mutex.locking(), timeout) === undefined ? 9 : undefined;
  };

const unlock: Act = (site) => {
  raise(site);
  site.note(IN_TIME, 1);
  load(site).mutex.unlock();
  return undefined;
};

const patiently = lock();
const round = [patiently, unlock];
const locks = (rounds: number) => new Array(rounds).fill(round).flat();
const impatient = [lock(5), unlock];

const words = { mutex: MUTEX, counter: COUNTER, inTime: IN_TIME };

/** Threads that lock, raise a counter and unlock, so many times each. */
export function ownerMutex(name: string, threads: readonly Act[][], more: Partial<Model> = {}): Model {
  return {
    name: `owner-mutex-${name}`,
    words,
    wordCount: 3,
    programs: threads,
    final: ({ words }) => (words[COUNTER] === words[IN_TIME] ? undefined : 'a round was lost'),
    ...more,
  };
}

export const ownerMutexModels = [
  ownerMutex('2x2', [locks(2), locks(2)]),
  ownerMutex('3', [locks(1), locks(1), locks(1)]),
  ownerMutex('2x2-kills', [locks(2), locks(2)], { kills: 1, final: undefined as never }),
  ownerMutex('3-timed', [locks(1), impatient, locks(1)]),
  ownerMutex('3-kill', [locks(1), locks(1), locks(1)], { kills: 1, rechecks: 'after a kill', final: undefined as never }),
];
