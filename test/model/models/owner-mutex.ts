import type { OwnerMutex } from '@multiprocess/shared-memory';
import type { Act, Model, Site } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { hastily, sharedMemoryOf } from './toolkit.js';

const MUTEX = 0;
/** Raised under the mutex, without Atomics: two who do so at a time are a race. */
const COUNTER = 1;
/** How often it should have been raised. */
const ROUNDS = 2;
const words = { mutex: MUTEX, counter: COUNTER, rounds: ROUNDS };

const mutexOf = (site: Site): OwnerMutex => new (sharedMemoryOf(site).OwnerMutex)(site.words, MUTEX, site.thread);

const locking =
  (timeout: number): Act =>
  (site) => {
    const taken = sharedMemoryOf(site).waitSync(site.parker, mutexOf(site).locking(), timeout);
    return taken === undefined ? 'end' : 'next';
  };

const tryTakeOver: Act = (site) => {
  const mutex = mutexOf(site);
  return mutex.tryLock() || mutex.tryTakeOver() ? 'next' : 'end';
};

const lockHastily: Act = (site) => (hastily(site, mutexOf(site).locking()) === undefined ? 'end' : 'next');

const unlock: Act = (site) => {
  site.words[COUNTER]! += 1;
  site.note(ROUNDS, 1);
  mutexOf(site).unlock();
  return 'next';
};

const lock = locking(Infinity);
const round = [lock, unlock];
const impatientRound = [locking(5), unlock];
const hastyRound = [lockHastily, unlock];
const tryingRound = [tryTakeOver, unlock];

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `owner-mutex/${name}`,
    words,
    wordCount: 3,
    programs,
    final: ({ words, isDead }) =>
      words[COUNTER] === words[ROUNDS] || programs.some((_, thread) => isDead(thread)) ? undefined : 'a round was lost',
    ...more,
  };
}

const many = (rounds: number): Act[] => new Array<Act[]>(rounds).fill(round).flat();

const two = model('two threads, three rounds', [many(3), many(3)]);
const three = model('three threads', [round, round, round]);
const givingUp = model('one gives up', [round, impatientRound, round]);
const twoGiveUp = model('two give up', [round, impatientRound, impatientRound], { bounds: { preemptions: 3 } });
const hasty = model('one gives up hastily', [round, hastyRound, round]);
const comingBack = model('one gives up hastily, one comes back', [[...round, ...round], hastyRound, round], {
  bounds: { preemptions: 2 },
});
const killed = model('one is killed', [round, round, round], {
  kills: 1,
  rechecks: 'after a kill',
  bounds: { preemptions: 3 },
});
const deadHolder = model('a holder is killed', [round, round], { kills: 1, victims: [0] });
const killedTwice = model('two are killed', [round, round, tryingRound], {
  kills: 2,
  rechecks: 'after a kill',
  bounds: { preemptions: 3 },
});
const holderKilled = model('the first holder is killed', [round, round, round], {
  kills: 1,
  victims: [0],
  rechecks: 'after a kill',
});

export const ownerMutexModels = [
  two,
  three,
  givingUp,
  twoGiveUp,
  hasty,
  comingBack,
  deadHolder,
  killed,
  killedTwice,
  holderKilled,
];

export const ownerMutexMutants = mutantsOf('shared-memory/wait/owner-mutex.js', {
  'unlock() forgets to wake': [
    three,
    'if ((seen & SLEEPERS) !== 0)\n            this',
    'if (false)\n            this',
    /sleeps for ever/,
  ],
  'unlock() looks for sleepers before it lets go': [
    three,
    'const seen = Atomics.exchange(this.#words, this.#index, FREE);',
    'const seen = Atomics.load(this.#words, this.#index); Atomics.store(this.#words, this.#index, FREE);',
    /sleeps for ever/,
  ],
  'a sleeper that was woken does not say that others may sleep': [
    three,
    'mine = this.#self | SLEEPERS;',
    '',
    /sleeps for ever/,
  ],
  'a waiter sleeps without having said so': [
    two,
    `this.#replace(seen, seen | SLEEPERS)) {
                    mine = this.#self | SLEEPERS;
                    slept = true;
                    yield park(this.#words, this.#index, seen | SLEEPERS,`,
    `true) {
                    slept = true;
                    yield park(this.#words, this.#index, seen,`,
    /sleeps for ever/,
  ],
  'the lock is taken by a store': [
    two,
    'taken = this.#replace(FREE, mine);',
    'taken = true; Atomics.store(this.#words, this.#index, mine);',
    /both at word counter/,
  ],
  'one that gives up keeps the wake': [hasty, 'if (slept && !taken)', 'if (false)', /sleeps for ever/],
  'one that gives up passes the wake on only while the lock is free': [
    comingBack,
    'else if ((seen & SLEEPERS) === 0 && !this.#replace(seen, seen | SLEEPERS))',
    'else if (false)',
    /sleeps for ever/,
  ],
  'a dead owner is replaced by a store': [
    killed,
    'taken = this.#takeOver(seen);',
    'taken = true; Atomics.store(this.#words, this.#index, this.#self | SLEEPERS);',
    /both at word counter/,
  ],
  'tryTakeOver() replaces a dead owner by a store': [
    killedTwice,
    'return this.#takeOver(seen);',
    'Atomics.store(this.#words, this.#index, this.#self | SLEEPERS); return true;',
    /both at word counter/,
  ],
  'the dead keep what they hold': [
    deadHolder,
    'else if (this.#thread.isDead(owner) || (brief && owner === this.#self))',
    'else if (false)',
    /sleeps for ever|circles/,
  ],
});
