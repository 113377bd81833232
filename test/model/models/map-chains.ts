import type { Cells } from '../../../packages/map/dist/memory/cells.js';
import type { Chains } from '../../../packages/map/dist/table/chains.js';
import type { Exchange } from '../../../packages/map/dist/table/exchange.js';
import type { validated } from '../../../packages/map/dist/table/validated.js';
import type { Act, Model, Site } from '../checker/model.js';
import { mutantsOf } from './mutant.js';

// One bucket, whose chain has an entry of one key at most, and three units. An entry's value are two words, written and read without
// Atomics, that are the same in a whole one.
const BUCKET = 36;
const HEAD = BUCKET + 1;
const VERSION = BUCKET + 2;
const EPOCH = 58;
/** Its words begin behind those of the bucket and of EPOCH. */
const FIRST_UNIT = 4;
const UNITS = 3;
const UNIT_WORDS = 16;
const VALUE = 8;
const CELLS_AT = (FIRST_UNIT + UNITS) * UNIT_WORDS;
/** How many values were ever written: each is a number of its own. */
const COUNT = CELLS_AT + UNITS;
const USED = 0x80000000 | 0;
const KEY = { hash: 0, shape: 0, words: new Int32Array(0), wordCount: 0 };

const geometry = { bucketsAt: BUCKET, bucketCount: 1, firstUnit: FIRST_UNIT, endUnit: FIRST_UNIT + UNITS };
const units = Array.from({ length: UNITS }, (_, i) => FIRST_UNIT + i);

interface Parts {
  readonly chains: Chains;
  readonly cells: Cells;
  readonly exchange: Exchange;
  readonly validated: typeof validated;
}

function partsOf(site: Site): Parts {
  const { Chains: LoadedChains } = site.load('map/table/chains.js') as { Chains: typeof Chains };
  const { Cells: LoadedCells } = site.load('map/memory/cells.js') as { Cells: typeof Cells };
  const { Exchange: LoadedExchange } = site.load('map/table/exchange.js') as { Exchange: typeof Exchange };
  const chains = new LoadedChains(site.words, geometry, site.thread, 'model');
  const cells = new LoadedCells(site.words, CELLS_AT, FIRST_UNIT, site.thread);
  const loaded = site.load('map/table/validated.js') as { validated: typeof validated };
  return { chains, cells, exchange: new LoadedExchange(site.words, chains, cells), validated: loaded.validated };
}

/** Takes a free unit, and one of a dead thread if need be. */
function take({ cells, exchange }: Parts): number {
  for (const unit of units) {
    if (cells.tryTake(unit)) return unit;
    if (!cells.isAbandoned(cells.state(unit))) continue;
    exchange.settle(unit);
    if (cells.tryTake(unit)) return unit;
  }
  return 0;
}

const set: Act = (site) => {
  const parts = partsOf(site);
  const unit = take(parts);
  if (unit === 0) return 'end';
  const value = site.note(COUNT, 1) + 1;
  site.words[unit * UNIT_WORDS + VALUE] = value;
  site.words[unit * UNIT_WORDS + VALUE + 1] = value;
  parts.chains.lock(BUCKET);
  const freed = parts.exchange.publish(BUCKET, parts.chains.find(BUCKET, KEY), unit, 0);
  parts.chains.unlock(BUCKET);
  if (freed !== 0) parts.cells.free(freed);
  return 'next';
};

const remove: Act = (site) => {
  const { chains, cells, exchange } = partsOf(site);
  chains.lock(BUCKET);
  const link = chains.find(BUCKET, KEY);
  const freed = link === 0 ? 0 : exchange.remove(BUCKET, link);
  chains.unlock(BUCKET);
  if (freed !== 0) cells.free(freed);
  return 'next';
};

/** What a read finds: the value, 0 for none; and what a hint remembers of when it was read. */
interface Found {
  readonly value: number;
  readonly version: number;
  readonly epoch: number;
}

function read(site: Site): Found {
  const { chains, validated: validatedBy } = partsOf(site);
  const { version, epoch, pair } = validatedBy(chains, BUCKET, () => {
    const before = { version: chains.version(BUCKET), epoch: chains.epoch };
    if (chains.find(BUCKET, KEY) === 0) return { ...before, pair: undefined };
    const at = chains.found * UNIT_WORDS + VALUE;
    return { ...before, pair: [site.words[at]!, site.words[at + 1]!] as const };
  });
  if (pair === undefined) return { version, epoch, value: 0 };
  if (pair[0] === 0 || pair[0] !== pair[1]) throw new Error(`A torn value: ${String(pair)}`);
  return { version, epoch, value: pair[0] };
}

const get: Act = (site) => {
  read(site);
  return 'next';
};

/** Reads, reads again, and asks whether what it has read first counts: not if it has seen another value since then. */
const recall: Act = (site) => {
  const hint = read(site);
  const { value } = read(site);
  const { chains } = partsOf(site);
  if (chains.isAsRead(BUCKET, hint.version, hint.epoch) && hint.value !== value) {
    throw new Error(`A hint gives ${hint.value} after ${value} was read`);
  }
  return 'next';
};

/** Settles what the dead have left, as a thread does that finds no room. */
const settleAll: Act = (site) => {
  const { cells, exchange } = partsOf(site);
  for (const unit of units) if (cells.isAbandoned(cells.state(unit))) exchange.settle(unit);
  return 'next';
};

const names: Record<string, number> = { lock: BUCKET, head: HEAD, version: VERSION, epoch: EPOCH, count: COUNT };
const racy: number[] = [];
for (const unit of units) {
  names[`unit ${unit}`] = CELLS_AT + unit - FIRST_UNIT;
  names[`next of ${unit}`] = unit * UNIT_WORDS;
  racy.push(unit * UNIT_WORDS + VALUE, unit * UNIT_WORDS + VALUE + 1, CELLS_AT + unit - FIRST_UNIT);
}
const constant = units.flatMap((unit) => [unit * UNIT_WORDS + 1, unit * UNIT_WORDS + 2]);

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  const first = FIRST_UNIT * UNIT_WORDS + VALUE;
  return {
    name: `map-chains/${name}`,
    words: names,
    wordCount: COUNT + 1,
    initial: { [HEAD]: FIRST_UNIT, [CELLS_AT]: USED, [first]: 1, [first + 1]: 1 },
    constant,
    racy,
    programs,
    patches: [{ file: 'map/words/fence.js', find: 'Atomics.exchange(word, 0, 0);', replace: '' }],
    final: ({ words, isDead }) => {
      const anyDied = programs.some((_, thread) => isDead(thread));
      const used = units.filter((unit) => words[CELLS_AT + unit - FIRST_UNIT] !== 0);
      const isHeadUsed = words[HEAD] === 0 || used.includes(words[HEAD]!);
      if (!isHeadUsed) return 'the entry is in a unit that is free';
      if (words[HEAD] !== 0 && words[words[HEAD]! * UNIT_WORDS] !== 0) return 'the chain has two entries of one key';
      if (used.some((unit) => unit !== words[HEAD] && words[CELLS_AT + unit - FIRST_UNIT]! < 0)) {
        return 'a unit is used that is not in the chain';
      }
      if (!anyDied && used.length !== (words[HEAD] === 0 ? 0 : 1)) return 'a unit is lost';
      return undefined;
    },
    ...more,
  };
}

const replacing = model('one sets while another reads', [
  [set, set],
  [get, get],
]);
const removing = model('one removes and sets while another reads', [
  [remove, set],
  [get, get],
]);
const two = model('two set while one reads', [[set], [set], [get]], { bounds: { preemptions: 3 } });
const three = model('two set and one removes', [[set], [set], [remove]], { bounds: { preemptions: 3 } });
const killedAlone = model(
  'one is killed, another one settles',
  [
    [set, set],
    [settleAll, set, settleAll],
  ],
  { kills: 1, victims: [0] },
);
const killedWhileRead = model('one is killed while another sets and a third reads', [[set], [set], [get]], {
  kills: 1,
  victims: [0],
  rechecks: 'after a kill',
  bounds: { preemptions: 3 },
});
const settledAndReplaced = model(
  'one settles what another one has left, and a third replaces it',
  [[set], [settleAll], [set, set]],
  {
    kills: 1,
    victims: [0],
    rechecks: 'after a kill',
    bounds: { preemptions: 2 },
  },
);
const settledByTwo = model('two settle what one has left', [[set], [settleAll, set], [settleAll, remove]], {
  kills: 1,
  victims: [0],
  rechecks: 'after a kill',
  bounds: { preemptions: 2 },
});
const recalling = model('one sets while another reads by a hint', [[set, set], [recall]]);
const recallingRemoved = model('one removes and sets while another reads by a hint', [[remove, set], [recall]]);
const recallingKilled = model(
  'one is killed while another reads by a hint, and a third sets',
  [[set], [recall], [set]],
  { kills: 1, victims: [0], rechecks: 'after a kill', bounds: { preemptions: 2 } },
);
/** VERSION is 0 or 1, and EPOCH is raised at both. Then reads must take the lock: they do not look at EPOCH. */
const recallingWrapped = model('VERSION wraps while another reads by a hint', [[set, set], [recall]], {
  patches: [
    { file: 'map/words/fence.js', find: 'Atomics.exchange(word, 0, 0);', replace: '' },
    { file: 'map/table/validated.js', find: 'const TRIES = 64;', replace: 'const TRIES = 0;' },
    { file: 'map/table/chains.js', find: 'EPOCH_MASK = 0x3fffffff', replace: 'EPOCH_MASK = 0' },
    {
      file: 'map/table/chains.js',
      find: 'const raised = Atomics.add(this.#words, bucket + VERSION, 1) + 1;',
      replace:
        'const raised = (Atomics.load(this.#words, bucket + VERSION) + 1) & 1; Atomics.store(this.#words, bucket + VERSION, raised);',
    },
  ],
});

export const mapChainsModels = [
  replacing,
  removing,
  two,
  three,
  killedAlone,
  killedWhileRead,
  settledAndReplaced,
  settledByTwo,
  recalling,
  recallingRemoved,
  recallingKilled,
  recallingWrapped,
];

const WRONG = /threw|without Atomics|both at|free|two entries|lost|not in the chain/;
const STALE = /A hint gives/;
const LOCK_FREE = 'Atomics.load(words, bucket) === 0 &&';
const SAME_VERSION = 'Atomics.load(words, bucket + VERSION) === version &&';

export const mapChainsMutants = [
  ...mutantsOf('map/table/chains.js', {
    'a change does not raise the version': [
      replacing,
      'Atomics.add(this.#words, bucket + VERSION, 1) + 1;',
      '1;',
      WRONG,
    ],
    'an entry is published without those behind it': [
      three,
      'words[next] = Atomics.load(words, (old << UNIT_WORDS_SHIFT) + NEXT);\n            Atomics.store(words, link, unit);',
      'words[next] = old;\n            Atomics.store(words, link, unit);',
      WRONG,
    ],
    'a thread that takes a bucket over does not raise the version': [
      killedWhileRead,
      'Atomics.store(this.#words, DIRTY, 1);\n        this.#raiseVersion(bucket);',
      'Atomics.store(this.#words, DIRTY, 1);',
      WRONG,
    ],
    'a hint counts while its bucket is locked': [recalling, LOCK_FREE, '', STALE],
    'a hint counts after the death of a thread that was about to raise the version': [
      recallingKilled,
      LOCK_FREE,
      '',
      STALE,
    ],
    'a hint looks at the lock after it has looked at the version': [
      recalling,
      `${LOCK_FREE}\n            ${SAME_VERSION}`,
      `${SAME_VERSION}\n            ${LOCK_FREE}`,
      STALE,
    ],
    'a hint counts whatever the version is': [recallingRemoved, SAME_VERSION, '', STALE],
    'a hint counts when its version has come back': [
      recallingWrapped,
      'if ((raised & EPOCH_MASK) === 0)',
      'if (false)',
      STALE,
    ],
  }),
  ...mutantsOf('map/table/chains.js', {
    'a reader looks at the word that refers to an entry once more': [
      removing,
      'this.found = unit;',
      'this.found = Atomics.load(this.#words, link);',
      WRONG,
    ],
  }),
  ...mutantsOf('map/table/validated.js', {
    'a reader does not look at the version again': [
      replacing,
      'if (chains.version(bucket) !== version)',
      'if (false)',
      WRONG,
    ],
  }),
  ...mutantsOf('map/table/exchange.js', {
    'a published entry stays in the hands of its writer': [replacing, 'this.#cells.use(unit, reads);', '', WRONG],
    'what a dead thread has left is freed without a look at the chain': [
      killedAlone,
      'if (this.#chains.findUnit(bucket, unit) !== 0)',
      'if (false)',
      WRONG,
    ],
  }),
  ...mutantsOf('map/memory/cells.js', {
    'a free unit is taken by a store': [
      two,
      'return Atomics.compareExchange(this.#words, index, FREE, this.#self) === FREE;',
      'Atomics.store(this.#words, index, this.#self); return true;',
      WRONG,
    ],
  }),
];
