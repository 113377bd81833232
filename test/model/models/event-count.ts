import type { Coroutine } from '@multiprocess/shared-memory';
import type { Act, Model, Site } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { sharedMemoryOf } from './toolkit.js';

const COUNT = 0;
/** What the waiters wait for: items that are there. */
const ITEMS = 1;
const words = { eventCount: COUNT, items: ITEMS };

const eventCountOf = (site: Site) => new (sharedMemoryOf(site).EventCount)(site.words, COUNT, site.parker);

function tryTake(site: Site): boolean {
  // The code under test has its own Atomics; a program borrows them.
  const { Atomics } = site;
  for (;;) {
    const items = Atomics.load(site.words, ITEMS);
    if (items === 0) return false;
    if (Atomics.compareExchange(site.words, ITEMS, items, items - 1) === items) return true;
  }
}

/** Takes an item, waiting for one as callers of an eventcount do: announce, look again, sleep. */
function* taking(site: Site): Coroutine<true> {
  const eventCount = eventCountOf(site);
  while (!tryTake(site)) {
    const pause = eventCount.announce();
    if (tryTake(site)) break;
    yield pause;
  }
  return true;
}

/** Takes an item; again, if it was woken for nothing. What an eventcount's caller has seen before it slept is of no use to it. */
const take: Act = (site) => {
  const step = taking(site).next();
  if (step.done === true) return 'next';
  site.parker.pause(step.value, Infinity);
  return 'again';
};

/** Takes an item from an event loop. */
const awaitsOne: Act = (site) => {
  const { WaitQueue } = sharedMemoryOf(site);
  void new WaitQueue(site.parker).wait(() => taking(site), Infinity);
  site.loop();
  return 'next';
};

const puts =
  (count: number): Act =>
  (site) => {
    site.Atomics.add(site.words, ITEMS, count);
    return 'next';
  };
const notifies =
  (count: number): Act =>
  (site) => {
    eventCountOf(site).notify(count);
    return 'next';
  };
const put = [puts(1), notifies(1)];
const putTwice = [...put, ...put];

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return { name: `event-count/${name}`, words, wordCount: 2, programs, ...more };
}

const oneByOne = model('two wait, one puts twice', [[take], [take], putTwice], { alike: [[0, 1]] });
const twoPut = model('two wait, two put', [[take], [take], put, put], {
  alike: [
    [0, 1],
    [2, 3],
  ],
  bounds: { preemptions: 3 },
});
const together = model('two wait, two items come together', [[take], [take], [puts(2), notifies(2)]], {
  alike: [[0, 1]],
});
const inALoop = model('an event loop and a blocked thread wait', [[awaitsOne], [take], putTwice]);
const loops = model('two event loops wait', [[awaitsOne], [awaitsOne], putTwice], { alike: [[0, 1]] });
const killed = model('one is killed', [[take], [take], putTwice], {
  alike: [[0, 1]],
  kills: 1,
  rechecks: 'after a kill',
  mayRest: ({ words }) => words[ITEMS] === 0,
});

export const eventCountModels = [oneByOne, twoPut, together, inALoop, loops, killed];

export const eventCountMutants = mutantsOf('shared-memory/wait/event-count.js', {
  'notify() wakes no thread': [
    oneByOne,
    'if (this.#parker.unpark(this.#words, this.#index, count) >= count)\n            return;',
    'return;',
    /sleeps for ever/,
  ],
  'notify() clears SLEEPERS although others may sleep on': [
    oneByOne,
    'this.#advance(SLEEPERS);',
    'this.#advance(0);',
    /sleeps for ever/,
  ],
  'notify() does not move SEQUENCE on': [
    twoPut,
    'const next = ((seen & ~SLEEPERS) + STEP) | sleepers | 0;',
    'const next = (seen & ~SLEEPERS) | sleepers | 0;',
    /sleeps for ever/,
  ],
  'SLEEPERS is cleared without waking those who lay down meanwhile': [
    twoPut,
    'this.#parker.unpark(this.#words, this.#index, ALL);',
    '',
    /sleeps for ever/,
  ],
  'a waiter sleeps without having said so': [
    oneByOne,
    'const expected = seen | SLEEPERS;',
    'const expected = seen;',
    /sleeps for ever/,
  ],
});
