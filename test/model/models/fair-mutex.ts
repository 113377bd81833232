import type { FairMutex } from '../../../packages/sync/dist/words/fair-mutex.js';
import type { Act, Model, Site } from '../checker/model.js';
import { ownerIdOf } from '../checker/sleeping.js';
import { mutantsOf } from './mutant.js';
import { hastily, sharedMemoryOf } from './toolkit.js';

const STATE = 0;
const NEXT = 1;
const HIGH = 2;
const FIRST = 3;
const SLOTS = 4;
/** Raised under the mutex, without Atomics: two who do so at a time are a race. */
const COUNTER = FIRST + SLOTS * 2;
/** How often it should have been raised. */
const ROUNDS = COUNTER + 1;
const SLOT = 0xff;
const LINE = 0x80000000 | 0;
const words = {
  state: STATE,
  next: NEXT,
  high: HIGH,
  ...Object.fromEntries(Array.from({ length: SLOTS }, (_, i) => [`owner ${i}`, FIRST + i * 2])),
  ...Object.fromEntries(Array.from({ length: SLOTS }, (_, i) => [`ticket ${i}`, FIRST + i * 2 + 1])),
  counter: COUNTER,
  rounds: ROUNDS,
};

const mutexOf = (site: Site): FairMutex => {
  const loaded = site.load('sync/words/fair-mutex.js') as { FairMutex: typeof FairMutex };
  return new loaded.FairMutex(site.words, STATE, site.thread);
};

const locking =
  (timeout: number): Act =>
  (site) => {
    const taken = sharedMemoryOf(site).waitSync(site.parker, mutexOf(site).locking(), timeout);
    return taken === undefined ? 'end' : 'next';
  };

const tryLock: Act = (site) => {
  const mutex = mutexOf(site);
  return mutex.tryLock() || mutex.tryTakeOver() ? 'next' : 'end';
};

const lockHastily: Act = (site) => (hastily(site, mutexOf(site).locking()) === undefined ? 'end' : 'next');

const unlock: Act = (site) => {
  site.words[COUNTER]! += 1;
  site.note(ROUNDS, 1);
  if (!mutexOf(site).unlock()) throw new Error('It was not held');
  return 'next';
};

/** The slot of the thread that waits and came first, if all the others wait and have said so. */
function firstWaiting(site: Site, others: number): number | undefined {
  if ((site.Atomics.load(site.words, STATE) & LINE) === 0) return undefined;
  const tickets = Array.from({ length: SLOTS }, (_, slot) => ticketIn(site, slot));
  const waiting = tickets.filter((ticket) => ticket !== 0);
  return waiting.length === others ? tickets.indexOf(Math.min(...waiting)) : undefined;
}

const ticketIn = (site: Site, slot: number): number => site.Atomics.load(site.words, FIRST + slot * 2 + 1);

/** What has waited when it is released has it afterwards: it does not wait while another has it, or none. */
const unlockFairly =
  (others: number): Act =>
  (site) => {
    const waiting = firstWaiting(site, others);
    site.words[COUNTER]! += 1;
    site.note(ROUNDS, 1);
    mutexOf(site).unlock();
    if (waiting === undefined) return 'next';
    const state = site.Atomics.load(site.words, STATE);
    const waits = ticketIn(site, waiting) !== 0;
    const isSame = site.Atomics.load(site.words, STATE) === state;
    if (waits && isSame && (state & SLOT) !== waiting + 1) throw new Error('One that waited was passed over');
    return 'next';
  };

const lock = locking(Infinity);
const round = [lock, unlock];
const impatientRound = [locking(5), unlock];
const hastyRound = [lockHastily, unlock];
const tryingRound = [tryLock, unlock];

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `fair-mutex/${name}`,
    words,
    wordCount: ROUNDS + 1,
    segmentWords: COUNTER + 1,
    programs,
    final: ({ words, isDead }) => {
      if (programs.some((_, thread) => isDead(thread))) return undefined;
      if (words[COUNTER] !== words[ROUNDS]) return 'a round was lost';
      if ((words[STATE]! & SLOT) !== 0) return 'it is still held';
      return Array.from({ length: SLOTS }, (_, i) => words[FIRST + i * 2]).every((owner) => owner === 0)
        ? undefined
        : 'a slot is still taken';
    },
    ...more,
  };
}

const two = model(
  'two threads, two rounds',
  [
    [...round, ...round],
    [...round, ...round],
  ],
  { bounds: { preemptions: 3 } },
);
const three = model('three threads', [round, round, round], { bounds: { preemptions: 2 } });
const inOrder = model('one waits, one tries', [[lock, unlockFairly(1)], round, tryingRound], {
  bounds: { preemptions: 2 },
});
const orderly = model('in order of arrival', [[lock, unlockFairly(2)], round, round], { bounds: { preemptions: 2 } });
const trying = model('one tries', [round, round, tryingRound], { bounds: { preemptions: 2 } });
const givingUp = model('one gives up', [round, impatientRound, round], { bounds: { preemptions: 1 } });
const hasty = model('one gives up hastily', [round, hastyRound, round], { bounds: { preemptions: 1 } });
const killed = model('one is killed', [round, round, round], {
  kills: 1,
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});
const deadHolder = model('a holder is killed', [round, round], { kills: 1, victims: [0], bounds: { preemptions: 2 } });
const killedTwice = model('two are killed', [round, round, tryingRound], {
  kills: 2,
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});
const reused = model('the slot of a dead thread is used again', [round, hastyRound, [...round, ...round]], {
  kills: 1,
  victims: [1],
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});
/** Gives up the slot that it has at first. */
const leave: Act = (site) => {
  site.Atomics.store(site.words, FIRST, 0);
  return 'end';
};
// The first thread has a slot, and may die; the second one has the mutex.
const newcomers = model('two come to the slot of a dead thread', [[leave], [unlock], round, round], {
  initial: { [STATE]: 2, [HIGH]: 2, [FIRST]: ownerIdOf(0), [FIRST + 2]: ownerIdOf(1) },
  kills: 1,
  victims: [0],
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});
const hastyOfTwo = model('one of two gives up hastily', [round, hastyRound], { bounds: { preemptions: 3 } });

export const fairMutexModels = [
  two,
  three,
  inOrder,
  orderly,
  trying,
  givingUp,
  hasty,
  hastyOfTwo,
  killed,
  deadHolder,
  killedTwice,
  reused,
  newcomers,
];

const sleeps = /sleeps for ever/;

const files = {
  mutex: 'sync/words/fair-mutex.js',
  line: 'sync/words/waiting-line.js',
};

export const fairMutexMutants = [
  ...mutantsOf(files.mutex, {
    'unlock() wakes no thread': [two, 'if (next !== undefined)\n                this.#line.deliver(next);', '', sleeps],
    'unlock() does not look at the line again': [
      two,
      'if (next === undefined && (seen & LINE) !== 0)\n                this.#serve();',
      '',
      /sleeps for ever|circles/,
    ],
    'unlock() forgets that others wait': [three, 'held(next.slot) | LINE', 'held(next.slot)', sleeps],
    'a waiter does not say that there is a line': [
      two,
      'if (first === undefined || (seen & LINE) !== 0 || this.#replace(seen, seen | LINE))\n                    return;',
      'return;',
      sleeps,
    ],
    'it is taken by a store': [
      two,
      'return Atomics.compareExchange(this.#words, this.#index + STATE, seen, next) === seen;',
      'Atomics.store(this.#words, this.#index + STATE, next); return true;',
      /both at word counter|sleeps for ever|not held/,
    ],
    'the state has no rounds': [
      hastyOfTwo,
      '((seen + ROUND) & ROUNDS)',
      '(seen & ROUNDS)',
      /sleeps for ever|still held|both at word counter/,
    ],
    'one that gives up does not see to it that it is not chosen any more': [
      hastyOfTwo,
      'if (!this.#detach(slot)) {',
      'if (false) {',
      /sleeps for ever|still held|both at word counter/,
    ],
    'one that gives up keeps what it was given': [
      hasty,
      'if (slotIn(this.#state) === slot)\n                this.unlock();',
      '',
      /sleeps for ever|still held/,
    ],
    'a ticket is taken for that of an older holder': [
      three,
      'if (ticket !== 0 && this.#state === seen)',
      'if (ticket !== 0)',
      /not held|both at word counter|sleeps/,
    ],
    'the dead keep what they hold': [
      deadHolder,
      'if (slot !== undefined && !this.#line.isDead(slot)) {',
      'if (slot !== undefined) {',
      /sleeps for ever|circles/,
    ],
    'a waiter does not look at those before it': [
      deadHolder,
      'return place === undefined ? this.#ownerIn(state) : this.#line.owner(place.slot);',
      'return 0;',
      sleeps,
    ],
  }),
  ...mutantsOf(files.line, {
    'a ticket is taken out of the line without another look at whose it is': [
      newcomers,
      'if (this.holder(slot) !== dead)\n            return false;',
      '',
      /both at word counter|sleeps for ever|not held/,
    ],
    'the dead are chosen': [killed, '&& !this.isDead(slot))', ')', /sleeps for ever|circles/],
    'the last is chosen': [
      orderly,
      'best === undefined || before(ticket, best)',
      'best === undefined || before(best, ticket)',
      /passed over/,
    ],
  }),
];
