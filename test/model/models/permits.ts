import type { PermitCount } from '../../../packages/sync/dist/words/permit-count.js';
import type { PermitTable } from '../../../packages/sync/dist/words/permit-table.js';
import type { Act, Model, Site, View } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { hastily, sharedMemoryOf } from './toolkit.js';

/** Words of the permits; those of the model come behind them. */
const FIRST = 0;
const MAX_WORDS = 4;
/** A word to look at while a permit is held, so that holding it takes a step. */
const LOOK = MAX_WORDS;
/** Permits that each thread holds. */
const HELD = LOOK + 1;
const THREADS = 3;

type Permits = PermitCount | PermitTable;
type Make = (site: Site) => Permits;

const count: Make = (site) => {
  const loaded = site.load('sync/words/permit-count.js') as { PermitCount: typeof PermitCount };
  return new loaded.PermitCount(site.words, FIRST, site.thread);
};

const table =
  (permits: number): Make =>
  (site) => {
    const loaded = site.load('sync/words/permit-table.js') as { PermitTable: typeof PermitTable };
    return new loaded.PermitTable(site.words, FIRST, permits, site.thread);
  };

const takes =
  (make: Make, timeout = Infinity): Act =>
  (site) => {
    const taken = sharedMemoryOf(site).waitSync(site.parker, make(site).taking(), timeout);
    return taken === undefined ? 'end' : 'next';
  };

const takesHastily =
  (make: Make): Act =>
  (site) =>
    hastily(site, make(site).taking()) === undefined ? 'end' : 'next';

const givesBack =
  (make: Make, permits = 1): Act =>
  (site) => {
    site.note(HELD + site.number, 1);
    site.Atomics.load(site.words, LOOK);
    site.note(HELD + site.number, -1);
    make(site).giveBack(permits);
    return 'next';
  };

const givesAway =
  (make: Make, permits: number): Act =>
  (site) => {
    make(site).giveBack(permits);
    return 'next';
  };

const heldBy = (view: View): number => {
  let held = 0;
  for (let thread = 0; thread < THREADS; thread++) if (!view.isDead(thread)) held += view.words[HELD + thread]!;
  return held;
};

function model(name: string, permits: number, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name,
    words: { first: FIRST, second: FIRST + 1, third: FIRST + 2, look: LOOK, held: HELD },
    wordCount: HELD + THREADS,
    programs,
    invariant: (view) => (heldBy(view) > permits ? `${heldBy(view)} hold ${permits} permits` : undefined),
    ...more,
  };
}

// A count: FREE, and a bit that says that threads may sleep.
const FREE = 0x7fffffff;
const counted = { initial: { [FIRST]: 1 }, racy: [FIRST] };
const allBack = {
  final: ({ words }: View) =>
    (words[FIRST]! & FREE) === 1 ? undefined : `${words[FIRST]! & FREE} of 1 permits are left`,
};
const countRound = [takes(count), givesBack(count)];
const hastyCount = [takesHastily(count), givesBack(count)];
const oneCount = model('semaphore/three take turns', 1, [countRound, countRound, countRound], {
  ...counted,
  ...allBack,
  alike: [[0, 1, 2]],
  bounds: { preemptions: 3 },
});
const hastyCounts = model('semaphore/one gives up', 1, [countRound, hastyCount, countRound], {
  ...counted,
  ...allBack,
  bounds: { preemptions: 3 },
});
const severalAtOnce = model(
  'semaphore/two permits come together',
  2,
  [[takes(count)], [takes(count)], [givesAway(count, 2)]],
  {
    racy: [FIRST],
    alike: [[0, 1]],
  },
);
const lateSleeper = model(
  'semaphore/one lies down while the bit is cleared',
  1,
  [[givesAway(count, 1)], countRound, countRound],
  { racy: [FIRST], alike: [[1, 2]], bounds: { preemptions: 3 } },
);

// A table: EVENTS, and a word for each permit.
const tableRound = (permits: number): Act[] => [takes(table(permits)), givesBack(table(permits))];
const oneOwned = model('bounded-semaphore/three take turns', 1, [tableRound(1), tableRound(1), tableRound(1)], {
  bounds: { preemptions: 2 },
});
const twoOwned = model('bounded-semaphore/three share two', 2, [tableRound(2), tableRound(2), tableRound(2)], {
  bounds: { preemptions: 2 },
});
const ownedKilled = model('bounded-semaphore/a holder is killed', 1, [tableRound(1), tableRound(1), tableRound(1)], {
  kills: 1,
  rechecks: 'after a kill',
  bounds: { preemptions: 2 },
});
// Few enough to be seen through when the one that waits sleeps for ever, and looks again all the time.
const hastyOwnedKilled = model(
  'bounded-semaphore/a holder is killed, few preemptions',
  1,
  [tableRound(1), tableRound(1), tableRound(1)],
  { kills: 1, rechecks: 'after a kill', bounds: { preemptions: 0 } },
);

export const permitModels = [
  oneCount,
  hastyCounts,
  severalAtOnce,
  lateSleeper,
  oneOwned,
  twoOwned,
  ownedKilled,
  hastyOwnedKilled,
];

const sleeps = /sleeps for ever/;

export const permitMutants = [
  ...mutantsOf('sync/words/permit-count.js', {
    'giveBack() wakes no thread': [oneCount, 'this.#wake(permits);', ';', sleeps],
    'giveBack() wakes one, whatever comes': [severalAtOnce, 'this.#wake(permits);', 'this.#wake(1);', sleeps],
    'a permit is taken by a store': [
      oneCount,
      'seen > 0 && this.#replace(seen, seen - 1)',
      'seen > 0 && (Atomics.store(this.#words, this.#index, seen - 1), true)',
      /hold 1 permits|are left/,
    ],
    'who waits for a permit announces itself by a store': [
      oneCount,
      '(Atomics.compareExchange(this.#words, this.#index, 0, SLEEPERS) & FREE) !== 0',
      'Atomics.store(this.#words, this.#index, SLEEPERS) === 0',
      /sleeps for ever|are left/,
    ],
    'who waits for a permit does not announce itself': [
      oneCount,
      'Atomics.compareExchange(this.#words, this.#index, 0, SLEEPERS)',
      'Atomics.load(this.#words, this.#index)',
      /sleeps for ever|circles/,
    ],
    'the bit is cleared, and a thread that went to sleep meanwhile is not woken': [
      lateSleeper,
      'this.#parker.unpark(this.#words, this.#index, ALL);',
      '',
      sleeps,
    ],
    'the bit is taken away with the permit': [
      oneCount,
      'if (this.#replace(seen, seen - 1))',
      'if (this.#replace(seen, (seen & FREE) - 1))',
      sleeps,
    ],
    'who gives up on a permit keeps the wake': [hastyCounts, 'if (slept && !taken)', 'if (false)', sleeps],
  }),
  ...mutantsOf('sync/words/permit-table.js', {
    'a dead owner’s permit is taken by a store': [
      ownedKilled,
      '(this.#thread.isDead(seen) && this.#replace(i, seen, this.#thread.self))',
      '(this.#thread.isDead(seen) && (Atomics.store(this.#words, this.#first + i, this.#thread.self), true))',
      /hold 1 permits/,
    ],
    'the dead keep their permits': [
      hastyOwnedKilled,
      '(this.#thread.isDead(seen) && this.#replace(i, seen, this.#thread.self))',
      'false',
      /sleeps for ever|circles/,
    ],
    'a table wakes no thread': [
      oneOwned,
      'if (permits === 1 && this.#replace(this.#near, self, FREE)) {\n            this.#events.notify(1);',
      'if (permits === 1 && this.#replace(this.#near, self, FREE)) {',
      sleeps,
    ],
  }),
];
