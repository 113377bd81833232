import type { EventFlag } from '../../../packages/sync/dist/words/event-flag.js';
import type { Act, Model, Site } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { sharedMemoryOf } from './toolkit.js';

const STATE = 0;
const EVENTS = 1;
/** Set by each thread once its wait has begun. */
const BEGUN = 2;
/** Which waits had begun before the event was set, as bits. */
const OWED = 4;
const words = { state: STATE, events: EVENTS, begun: BEGUN, owed: OWED };

const flagOf = (site: Site): EventFlag => {
  const loaded = site.load('sync/words/event-flag.js') as { EventFlag: typeof EventFlag };
  return new loaded.EventFlag(site.words, STATE, site.thread);
};

const wait: Act = (site) => {
  const flag = flagOf(site);
  const begun = flag.state;
  site.Atomics.store(site.words, BEGUN + site.number, 1);
  sharedMemoryOf(site).waitSync(site.parker, flag.waiting(begun), Infinity);
  return 'next';
};

const set: Act = (site) => {
  for (const thread of [0, 1]) {
    if (site.Atomics.load(site.words, BEGUN + thread) !== 0) site.note(OWED, 1 << thread);
  }
  flagOf(site).set();
  return 'next';
};

const clear: Act = (site) => {
  flagOf(site).clear();
  return 'next';
};

const setAgain: Act = (site) => {
  flagOf(site).set();
  return 'next';
};

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `event/${name}`,
    words,
    wordCount: 5,
    racy: [STATE],
    programs,
    // A wait that begins after it was cleared lasts.
    mayRest: (view, thread) => (view.words[STATE]! & 1) === 0 && (view.words[OWED]! & (1 << thread)) === 0,
    ...more,
  };
}

const pulse = model('it is set and cleared at once', [[wait], [wait], [set, clear]], { bounds: { preemptions: 3 } });
const two = model('two set it', [[wait], [setAgain, clear], [setAgain]], { bounds: { preemptions: 3 } });
const killed = model('one is killed', [[wait], [wait], [set]], {
  kills: 1,
  rechecks: 'after a kill',
  bounds: { preemptions: 2 },
  mayRest: (view) => (view.words[STATE]! & 1) === 0, // the one that sets it may have died before
});

export const eventFlagModels = [pulse, two, killed];

const sleeps = /sleeps for ever/;

export const eventFlagMutants = mutantsOf('sync/words/event-flag.js', {
  'set() wakes no thread': [pulse, 'this.#events.notifyAll();', '', sleeps],
  'set() wakes one': [pulse, 'this.#events.notifyAll();', 'this.#events.notify(1);', sleeps],
  'a wait does not notice that it was set and cleared': [pulse, '|| now >> 1 !== begun >> 1', '', sleeps],
  'a wait sleeps without having looked again': [
    pulse,
    'if (this.#hasBeenSet(begun))\n                return true;\n            yield request;',
    'yield request;\n            if (this.#hasBeenSet(begun))\n                return true;',
    sleeps,
  ],
});
