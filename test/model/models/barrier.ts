import type { PartyTable } from '../../../packages/sync/dist/words/party-table.js';
import type { Act, Model, Site, View } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { sharedMemoryOf } from './toolkit.js';

const MAX_THREADS = 3;
const ROUNDS = 2;
/** Words of a table for two parties; those of the model come behind them. */
const TABLE_WORDS = 5 + 2 * 2 * 3;
/** How often each thread has come, and has gone on. */
const CAME = TABLE_WORDS;
const WENT = CAME + MAX_THREADS;
/** How often each place was given, in each round. */
const PLACES = WENT + MAX_THREADS;
/** Which have found it broken. */
const BROKEN = PLACES + 2 * ROUNDS;

/** Owners of the first two slots. */
const SLOTS = [5, 8];
const PASSED = 3;

const tableOf = (site: Site, parties: number): PartyTable => {
  const loaded = site.load('sync/words/party-table.js') as { PartyTable: typeof PartyTable };
  return new loaded.PartyTable(site.words, 0, parties, site.thread);
};

/** Waits at the barrier, as `Barrier.waitSync()` does for one without an action. */
const waits =
  (parties: number, timeout = Infinity): Act =>
  (site) => {
    const { waitSync } = sharedMemoryOf(site);
    const table = tableOf(site, parties);
    const round = site.note(CAME + site.number, 1) - 1;
    const slot = waitSync(site.parker, table.arriving('none'), timeout);
    if (slot === undefined || slot < 0) {
      if (slot === undefined) waitSync(site.parker, table.breaking(4), Infinity);
      site.note(BROKEN, 1);
      return 'end';
    }
    const outcome = table.outcome(slot) ?? waitSync(site.parker, table.awaiting(slot), timeout);
    if (outcome === undefined) waitSync(site.parker, table.breaking(4, slot), Infinity);
    const state = table.stateOf(slot);
    const place = table.free(slot);
    if (state !== PASSED) {
      site.note(BROKEN, 1);
      return 'end';
    }
    site.note(WENT + site.number, 1);
    if (parties > 1 && site.note(PLACES + 2 * round + place, 1) > 1) throw new Error(`Place ${place} was given twice`);
    return 'next';
  };

function model(name: string, parties: number, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `barrier/${name}`,
    words: { mutex: 0, events: 1, phase: 2, actor: 3, full: 4 },
    wordCount: BROKEN + 1,
    programs,
    // No thread goes on from a round to which another has not come.
    invariant: ({ words }: View) => {
      if (parties === 1) return undefined;
      const went = programs.map((_, thread) => words[WENT + thread]!);
      const came = programs.map((_, thread) => words[CAME + thread]!);
      return Math.max(...went) > Math.min(...came) ? 'one went on before all had come' : undefined;
    },
    ...more,
  };
}

const together = waits(2);
const alone = waits(1);
const twice = model(
  'two parties meet twice',
  2,
  [
    [together, together],
    [together, together],
  ],
  { bounds: { preemptions: 2 } },
);
const late = model('one does not wait for ever', 2, [[together], [waits(2, 5)]], { bounds: { preemptions: 2 } });
const killed = model('one is killed', 2, [[together], [together]], {
  bounds: { preemptions: 2 },
  kills: 1,
  rechecks: 'after a kill',
  // The other may have died before it came.
  mayRest: ({ words }) => Math.min(words[CAME]!, words[CAME + 1]!) === 0 || SLOTS.some((owner) => words[owner] === 0),
});
const crowd = model('more come than there are slots', 1, [[alone], [alone], [alone]], { bounds: { preemptions: 3 } });

export const barrierModels = [twice, late, killed, crowd];

const sleeps = /sleeps for ever/;

export const barrierMutants = mutantsOf('sync/words/party-table.js', {
  'the last to arrive wakes no thread': [
    twice,
    'if (this.#hasNews)\n            this',
    'if (false)\n            this',
    sleeps,
  ],
  'a party sleeps without having looked again': [
    twice,
    'const found = this.outcome(slot);\n            if (found !== undefined)',
    'const found = undefined;\n            if (found !== undefined)',
    sleeps,
  ],
  'one party too few is enough': [
    twice,
    'arrived.length < this.#parties',
    'arrived.length < this.#parties - 1',
    /went on|twice/,
  ],
  'who finds no slot sleeps without having looked again': [crowd, 'if (!isFree)', 'if (true)', sleeps],
  'parties arrive without the mutex': [twice, 'yield* this.#mutex.entering();', '', /sleeps|went on|twice|threw/],
});
