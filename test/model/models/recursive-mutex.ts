import type { RecursiveMutex } from '../../../packages/sync/dist/words/recursive-mutex.js';
import type { Act, Model, Site } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { sharedMemoryOf } from './toolkit.js';

/** Three words: an owner mutex, and two that only its holder reads and writes, without Atomics. */
const MUTEX = 0;
/** Raised under the mutex, without Atomics. */
const COUNTER = 3;
const ROUNDS = 4;
const CONTEXT = 7;

const mutexOf = (site: Site): RecursiveMutex => {
  const loaded = site.load('sync/words/recursive-mutex.js') as { RecursiveMutex: typeof RecursiveMutex };
  return new loaded.RecursiveMutex(site.words, MUTEX, site.thread);
};

const lock: Act = (site) => {
  sharedMemoryOf(site).waitSync(site.parker, mutexOf(site).locking(CONTEXT), Infinity);
  return 'next';
};

const enterAgain: Act = (site) => {
  const mutex = mutexOf(site);
  if (mutex.context !== CONTEXT) throw new Error('Who has it is not told so');
  mutex.enterAgain();
  return 'next';
};

const unlockOnce: Act = (site) => {
  if (mutexOf(site).unlock()) throw new Error('It was given back too early');
  site.words[COUNTER]! += 1;
  site.note(ROUNDS, 1);
  return 'next';
};

const unlock: Act = (site) => {
  if (!mutexOf(site).unlock()) throw new Error('It was not given back');
  return 'next';
};

const unlockAll: Act = (site) => {
  if (mutexOf(site).unlockAll() !== 2) throw new Error('It was not taken twice');
  return 'next';
};

const nested = [lock, enterAgain, unlockOnce, unlock];
const suspended = [lock, enterAgain, unlockAll];

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `recursive-mutex/${name}`,
    words: { mutex: MUTEX, depth: 1, context: 2, counter: COUNTER, rounds: ROUNDS },
    wordCount: 5,
    racy: [MUTEX], // whether it is this thread's own, a plain read tells: see owner-mutex.ts
    programs,
    final: ({ words }) => (words[COUNTER] === words[ROUNDS] ? undefined : 'a round was lost'),
    ...more,
  };
}

const two = model('two threads', [
  [...nested, ...nested],
  [...suspended, ...nested],
]);
const killed = model('one of three is killed', [nested, nested, suspended], {
  kills: 1,
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});

export const recursiveMutexModels = [two, killed];

export const recursiveMutexMutants = mutantsOf('sync/words/recursive-mutex.js', {
  'it is given back although it was taken twice': [
    two,
    'if (--this.#words[this.#depth] > 0)\n            return false;',
    'this.#words[this.#depth] -= 1;',
    /too early|without Atomics/,
  ],
  'depth is written after it was given back': [
    two,
    'this.#mutex.unlock();\n        return true;',
    'this.#mutex.unlock(); this.#words[this.#depth] = 0;\n        return true;',
    /without Atomics/,
  ],
  'depth is not begun anew': [two, 'this.#words[this.#depth] = depth;', '', /threw/],
});
