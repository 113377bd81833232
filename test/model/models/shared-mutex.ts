import type { SharedMutex } from '../../../packages/sync/dist/words/shared-mutex.js';
import type { Act, Model, Site, View } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { hastily, sharedMemoryOf } from './toolkit.js';

const MUTEX = 0;
const WRITER = 1;
const HIGH = 4;
const FIRST = 5;
const SLOTS = 4;
/** Written by writers and read by readers, without Atomics: two at a time, one of which writes, are a race. */
const COUNTER = FIRST + SLOTS * 2;
/** How often it should have been raised. */
const ROUNDS = COUNTER + 1;
/** How often a writer that begins was told that the one before has died. */
const ABANDONED = ROUNDS + 1;
const words = {
  mutex: MUTEX,
  writer: WRITER,
  admitted: 2,
  left: 3,
  high: HIGH,
  ...Object.fromEntries(Array.from({ length: SLOTS }, (_, i) => [`holder ${i}`, FIRST + i * 2])),
  ...Object.fromEntries(Array.from({ length: SLOTS }, (_, i) => [`shares ${i}`, FIRST + i * 2 + 1])),
  counter: COUNTER,
  rounds: ROUNDS,
  abandoned: ABANDONED,
};

const mutexOf = (site: Site): SharedMutex => {
  const loaded = site.load('sync/words/shared-mutex.js') as { SharedMutex: typeof SharedMutex };
  return new loaded.SharedMutex(site.words, MUTEX, site.thread);
};

const reads =
  (timeout = Infinity): Act =>
  (site) => {
    const mutex = mutexOf(site);
    const taken = sharedMemoryOf(site).waitSync(site.parker, mutex.reading(mutex.beginWait()), timeout);
    return taken === undefined ? 'end' : 'next';
  };

const readsHastily: Act = (site) => {
  const mutex = mutexOf(site);
  return hastily(site, mutex.reading(mutex.beginWait())) === undefined ? 'end' : 'next';
};

const triesToRead: Act = (site) => (mutexOf(site).tryRead() ? 'next' : 'end');

const readsAgain: Act = (site) => {
  if (!mutexOf(site).tryReadAgain()) throw new Error('It does not read');
  return 'next';
};

const stopsReading: Act = (site) => {
  if (site.words[COUNTER]! < 0) throw new Error('Never');
  if (!mutexOf(site).stopReading()) throw new Error('It did not read');
  return 'next';
};

const writes =
  (timeout = Infinity): Act =>
  (site) => {
    const taken = sharedMemoryOf(site).waitSync(site.parker, mutexOf(site).writing(), timeout);
    if (taken === true) site.note(ABANDONED, 1);
    return taken === undefined ? 'end' : 'next';
  };

const writesHastily: Act = (site) => (hastily(site, mutexOf(site).writing()) === undefined ? 'end' : 'next');

const triesToWrite: Act = (site) => (mutexOf(site).tryWrite() === undefined ? 'end' : 'next');

const stopsWriting: Act = (site) => {
  site.words[COUNTER]! += 1;
  site.note(ROUNDS, 1);
  if (!mutexOf(site).stopWriting()) throw new Error('It did not write');
  return 'next';
};

/** Whether the thread that has the first slot waits in it: in the models that ask, the only one that reads. */
const aReaderWaits = (site: Site): boolean => site.Atomics.load(site.words, FIRST) < 0;

const stopsWritingFairly: Act = (site) => {
  const waited = aReaderWaits(site);
  if (!mutexOf(site).stopWriting()) throw new Error('It did not write');
  if (waited && aReaderWaits(site)) throw new Error('A reader still waits');
  return 'next';
};

const readRound = [reads(), stopsReading];
const writeRound = [writes(), stopsWriting];

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `shared-mutex/${name}`,
    words,
    wordCount: ABANDONED + 1,
    segmentWords: COUNTER + 1,
    programs,
    final: (view) => lost(view, programs.length),
    ...more,
  };
}

/** What is wrong when all is over: nothing may be held by the living, and no round may be lost unless a thread was killed. */
function lost({ words, isDead }: View, threads: number): string | undefined {
  for (let thread = 0; thread < threads; thread++) if (isDead(thread)) return undefined;
  if (words[COUNTER] !== words[ROUNDS]) return 'a round was lost';
  if (words[MUTEX] !== 0 || words[WRITER] !== 0) return 'a thread still writes';
  for (let slot = 0; slot < SLOTS; slot++) if (words[FIRST + slot * 2] !== 0) return 'a thread still reads';
  return undefined;
}

const pair = model(
  'one reads, one writes',
  [
    [...readRound, ...readRound],
    [...writeRound, ...writeRound],
  ],
  {
    bounds: { preemptions: 4 },
  },
);
const writers = model('one reads, two write', [readRound, writeRound, writeRound], { bounds: { preemptions: 2 } });
const readers = model('two read, one writes', [readRound, readRound, writeRound], { bounds: { preemptions: 2 } });
const again = model('one reads twice at a time', [[reads(), readsAgain, stopsReading, stopsReading], writeRound], {
  bounds: { preemptions: 4 },
});
const few = model('one of each', [readRound, writeRound], { bounds: { preemptions: 1 } });
const phases = model(
  'a reader waits for one writer only',
  [readRound, [writes(), stopsWritingFairly], [writes(), stopsWritingFairly]],
  { bounds: { preemptions: 2 }, final: () => undefined },
);
const trying = model('those that try', [[triesToRead, stopsReading], [triesToWrite, stopsWriting], readRound], {
  bounds: { preemptions: 2 },
});
const readerGivesUp = model('a reader gives up', [[readsHastily, stopsReading], writeRound, writeRound], {
  bounds: { preemptions: 1 },
});
const writerGivesUp = model('a writer gives up', [readRound, readRound, [writesHastily, stopsWriting]], {
  bounds: { preemptions: 1 },
});
const impatient = model('all are impatient', [[reads(5), stopsReading], [writes(5), stopsWriting], writeRound], {
  bounds: { preemptions: 1 },
});
const killedWriter = model('a writer is killed', [writeRound, readRound, writeRound], {
  kills: 1,
  victims: [0],
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});
const killedReader = model('a reader is killed', [readRound, readRound, writeRound], {
  kills: 1,
  victims: [0],
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});
// Few enough to be seen through when one sleeps for ever, and looks again all the time.
const killedOfTwo = model('one of two is killed', [writeRound, readRound], {
  kills: 1,
  rechecks: 'after a kill',
  bounds: { preemptions: 2 },
});
const told = model('a writer is killed while it writes', [[writes(), stopsWriting], writeRound], {
  kills: 1,
  victims: [0],
  rechecks: 'after a kill',
  bounds: { preemptions: 2 },
  // It wrote or was about to: then the counter may be ahead of the rounds, and the next one must know.
  final: ({ words, isDead }) =>
    isDead(0) && words[COUNTER]! !== words[ROUNDS]! && words[ABANDONED] === 0
      ? 'the next writer was not told'
      : undefined,
});

export const sharedMutexModels = [
  pair,
  writers,
  readers,
  again,
  few,
  phases,
  trying,
  readerGivesUp,
  writerGivesUp,
  impatient,
  killedWriter,
  killedReader,
  killedOfTwo,
  told,
];

const sleeps = /sleeps for ever/;
const races = /both at word counter/;

export const sharedMutexMutants = [
  ...mutantsOf('sync/words/shared-mutex.js', {
    'a reader does not look at the mutex again': [
      pair,
      'if (this.#mutex.owner === NONE)\n            return true;',
      'return true;',
      races,
    ],
    'a writer does not look for readers once it has the mutex': [
      pair,
      'writes = reader === undefined;\n                if (reader === undefined)',
      'writes = true;\n                if (true)',
      races,
    ],
    'one that tries to write does not look for readers again': [
      trying,
      'if (this.#slots.reader(0) === undefined)\n            return this.#write();',
      'return this.#write();',
      races,
    ],
    'readers that wait are not let in': [few, 'this.#slots.admitAll();', '', /sleeps for ever|circles/],
    'a writer lets no readers in': [
      phases,
      `this.#words, this.#writer, NONE);
        this.#release();`,
      `this.#words, this.#writer, NONE);
        this.#mutex.unlock();
        this.#admitted.notifyAll();`,
      /still waits/,
    ],
    'the mutex is released before readers are let in': [
      writers,
      'this.#slots.admitAll();\n        this.#mutex.unlock();',
      'this.#mutex.unlock();\n        this.#slots.admitAll();',
      races,
    ],
    'readers that were let in are not woken': [
      pair,
      'this.#mutex.unlock();\n        this.#admitted.notifyAll();',
      'this.#mutex.unlock();',
      sleeps,
    ],
    'a reader that leaves wakes no writer': [
      pair,
      'if (this.#slots.giveBack(slot))\n            this.#left.notifyAll();',
      'this.#slots.giveBack(slot);',
      sleeps,
    ],
    'a reader looks at its slot, then announces itself': [
      pair,
      'reads = this.#slots.enter(slot) || (this.#tryRelieve() && this.#slots.enter(slot));\n                if (reads)\n                    break;',
      'reads = this.#slots.enter(slot) || (this.#tryRelieve() && this.#slots.enter(slot));\n                if (reads)\n                    break;\n                if (looks > 0) Object.assign(request, this.#admitted.announce());',
      sleeps,
    ],
    'a reader that gives up keeps its slot': [readerGivesUp, 'this.#slots.free(slot);', '', /still reads|sleeps/],
    'a reader that gives up tells no writer': [readerGivesUp, 'this.#left.notifyAll(); //', '//', sleeps],
    'a writer that gives up keeps the mutex': [
      writerGivesUp,
      'if (writes !== true)\n                this.#release();',
      '',
      /sleeps for ever|still writes/,
    ],
    'a writer that dies is not missed': [
      told,
      'Atomics.store(this.#words, this.#writer, this.#thread.self);',
      '',
      /did not write|not told/,
    ],
    'readers do not take over from a dead writer': [
      killedOfTwo,
      'if (!this.#mutex.tryLock() && !this.#mutex.tryTakeOver())\n            return false;\n        this.#release();',
      'if (!this.#mutex.tryLock())\n            return false;\n        this.#release();',
      /sleeps for ever|circles/,
    ],
  }),
  ...mutantsOf('sync/words/owned-slots.js', {
    'a slot is taken by a store': [
      readers,
      'if (Atomics.compareExchange(this.words, this.at(slot), seen, holder) !== seen)',
      'if (Atomics.store(this.words, this.at(slot), holder) !== holder)',
      /both at word counter|did not read|sleeps/,
    ],
    'a slot is taken before it is counted': [
      pair,
      `this.#raise(slot + 1);
            if (Atomics.compareExchange(this.words, this.at(slot), seen, holder) !== seen)
                continue;`,
      `if (Atomics.compareExchange(this.words, this.at(slot), seen, holder) !== seen)
                continue;
`,
      races,
    ],
  }),
  ...mutantsOf('sync/words/reader-slots.js', {
    'dead readers keep their slots': [
      killedOfTwo,
      'if (!this.thread.isDead(holder))\n                return spin',
      'return spin',
      /sleeps for ever|circles/,
    ],
    'a share given back is all': [
      again,
      'if (this.second(slot) > 1)',
      'if (false)',
      /did not read|both at word counter/,
    ],
  }),
];
