import type { SlabCells } from '../../../packages/shared-memory/dist/cells/slab-cells.js';
import type { Patch } from '../checker/simulated/load-compiled.js';
import type { Act, Model, Site } from '../checker/model.js';
import { mutantsOf } from './mutant.js';

// A slab of one cell, with a table of two or three threads. Each object in the cell begins with a number of its own,
// which is written and read without Atomics: who has an object and finds it changed, or being changed, fails.
const ENTRIES = 3;
const FIRST_CELL = 4;
const STATE = FIRST_CELL;
const HELD = FIRST_CELL + 1;
const OBJECT = FIRST_CELL + 4;
const CELL_WORDS = 5;
/** A handle: the number that its object begins with, and its generation. */
const HANDLE = FIRST_CELL + CELL_WORDS;
/** Another, given away by who has attached. */
const SECOND_HANDLE = HANDLE + 1;
/** How many objects there were. */
const COUNT = SECOND_HANDLE + 1;
const CELL = 0;
const NO_ENTRY = 2;

const cellsOf = (site: Site): SlabCells => {
  const loaded = site.load('shared-memory/cells/slab-cells.js') as { SlabCells: typeof SlabCells };
  return new loaded.SlabCells(site.words, CELL_WORDS, site.thread);
};

/** Entries are taken in another order each time, so they are found again by their owner. */
const entryOf = (site: Site): number => {
  for (let entry = 0; entry < ENTRIES; entry++) {
    if (site.Atomics.load(site.words, entry) === site.thread.self) return entry;
  }
  return NO_ENTRY;
};

const join: Act = (site) => {
  const entry = cellsOf(site).join();
  const isMine = site.Atomics.load(site.words, entry) === site.thread.self;
  if (entry < NO_ENTRY && !isMine) throw new Error('two have the same entry');
  return 'next';
};

const leave: Act = (site) => {
  cellsOf(site).leave(entryOf(site));
  return 'next';
};

/** Makes an object and tells its handle. */
const allocate: Act = (site) => {
  const cells = cellsOf(site);
  const number = site.note(COUNT, 1);
  const generation = cells.allocate(CELL, entryOf(site), 4, () => {
    site.words[OBJECT] = number;
  });
  site.Atomics.store(site.words, HANDLE, (number << 8) | generation);
  return 'next';
};

/** Lets go of it; ends if others have it still. */
const free: Act = (site) => {
  const cells = cellsOf(site);
  cells.release(CELL, entryOf(site));
  return cells.tryFree(CELL) ? 'next' : 'end';
};

const generationIn = (handle: number): number => handle & 0xff;

const checkObject = (site: Site, handle: number): void => {
  if (site.words[OBJECT] !== handle >> 8) throw new Error('It has another object than it attached to');
};

/** Attaches to what the handle stands for, if it has been told and a thread has it; looks at it; lets go of it. */
const use: Act = (site) => {
  const handle = site.Atomics.load(site.words, HANDLE);
  return handle === 0 ? 'end' : useBy(site, handle);
};

/** The same by the handle of the first object, which was guessed. */
const guess: Act = (site) => useBy(site, 1 << 8);

function useBy(site: Site, handle: number): 'next' {
  const cells = cellsOf(site);
  const entry = entryOf(site);
  if (cells.attach(CELL, generationIn(handle), entry)) {
    checkObject(site, handle);
    cells.release(CELL, entry);
  }
  return 'next';
}

/** Attaches, and gives the handle away. */
const handOn: Act = (site) => {
  const handle = site.Atomics.load(site.words, HANDLE);
  if (handle === 0 || !cellsOf(site).attach(CELL, generationIn(handle), entryOf(site))) return 'end';
  site.Atomics.store(site.words, SECOND_HANDLE, handle);
  return 'next';
};

/** Attaches by a handle from who has the object and keeps it: that must not fail. */
const receive: Act = (site) => {
  const handle = site.Atomics.load(site.words, SECOND_HANDLE);
  if (handle === 0) return 'end';
  if (!cellsOf(site).attach(CELL, generationIn(handle), entryOf(site)))
    throw new Error('It was told that no thread has it');
  checkObject(site, handle);
  return 'next';
};

const patchesFor = (entries: number): Patch[] => [
  {
    file: 'shared-memory/cells/slab-cells.js',
    find: 'const OVERFLOW_ENTRY = 63;',
    replace: `const OVERFLOW_ENTRY = ${entries};`,
  },
  // HIGH follows the entries, and the cell follows HIGH, however many entries there are.
  {
    file: 'shared-memory/cells/slab-cells.js',
    find: 'const HIGH = OVERFLOW_ENTRY;',
    replace: `const HIGH = ${FIRST_CELL - 1};`,
  },
];

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `slab-cells/${name}`,
    words: {
      holders: 0,
      state: STATE,
      held: HELD,
      object: OBJECT,
      handle: HANDLE,
      second: SECOND_HANDLE,
      count: COUNT,
    },
    wordCount: COUNT + 1,
    programs,
    patches: patchesFor(ENTRIES),
    ...more,
  };
}

const lookForOwnBit: Act = (site) => {
  const held = site.Atomics.load(site.words, HELD);
  if ((held & (1 << entryOf(site))) === 0) throw new Error('the maker has no bit');
  return 'next';
};

const maker = [join, allocate, free, allocate, free];
const user = [join, use, use];
const reuse = model('a cell is used again while one attaches', [maker, user]);
const guessed = model('one guesses a handle', [maker, [join, guess, guess]]);
const reuseByTwo = model('a cell is used again while two attach', [maker, [join, use], [join, use]], {
  bounds: { preemptions: 3 },
});
const handedOn = model(
  'who attached hands the handle on while the maker lets go',
  [
    [join, allocate, lookForOwnBit, free],
    [join, handOn],
    [join, receive],
  ],
  { bounds: { preemptions: 4 } },
);
const joining = model(
  'two leave and join while a cell is used again',
  [maker, [join, use, leave], [join, use, leave]],
  {
    bounds: { preemptions: 2 },
  },
);
const killed = model('one is killed, another takes its entry over', [maker, user, [join, use]], {
  kills: 1,
  patches: patchesFor(2),
  bounds: { preemptions: 2 },
});
const overflow = model('one finds no entry', [maker, [join, use], [join, use]], {
  patches: patchesFor(2),
  bounds: { preemptions: 2 },
});

/** Has no object, and so no bit: what is left in its place is of the dead. */
const lookForBits: Act = (site) => {
  const entry = entryOf(site);
  if ((site.Atomics.load(site.words, HELD) & (1 << entry)) !== 0) throw new Error('a bit is left of a dead thread');
  return 'next';
};
const inherited = model(
  'an entry is taken over',
  [
    [join, allocate],
    [join, handOn],
    [join, lookForBits],
  ],
  {
    kills: 1,
    victims: [1],
    patches: patchesFor(2),
  },
);

export const slabCellsModels = [reuse, guessed, reuseByTwo, handedOn, joining, killed, overflow, inherited];

const WRONG = /threw|without Atomics|both at/;

export const slabCellsMutants = mutantsOf('shared-memory/cells/slab-cells.js', {
  'an attacher does not look again once its bit is set': [
    reuse,
    'const state = Atomics.load(this.#words, index);\n            if (state === used)',
    'const state = used;\n            if (state === used)',
    WRONG,
  ],
  'an attacher looks first and sets its bit second': [
    reuse,
    'this.#hold(cell, entry);\n        for (;;) {\n            const state = Atomics.load(this.#words, index);\n            if (state === used)\n                return true;',
    'for (;;) {\n            const state = Atomics.load(this.#words, index);\n            if (state === used) { this.#hold(cell, entry); return true; }',
    WRONG,
  ],
  'an attacher takes a cell that is being checked for one in use': [
    reuse,
    'Atomics.compareExchange(this.#words, index, checking, used) === checking',
    'true',
    WRONG,
  ],
  'an attacher puts USED back by a store': [
    reuse,
    'Atomics.compareExchange(this.#words, index, checking, used) === checking',
    'Atomics.store(this.#words, index, used) === used',
    WRONG,
  ],
  'an attacher takes a cell that is being checked for one that is free': [
    handedOn,
    'if (state !== checking)',
    'if (true)',
    /threw/,
  ],
  'a cell is freed by a look without CHECKING': [
    reuse,
    'Atomics.compareExchange(this.#words, index, checking, next) === checking',
    'Atomics.store(this.#words, index, next) === next',
    WRONG,
  ],
  'a cell is freed by who looked before it said CHECKING': [
    reuse,
    'const checking = (used & ~STATE_MASK) | CHECKING;',
    'const checking = (used & ~STATE_MASK) | CHECKING; const early = this.isHeld(cell); this.isHeld = () => early;',
    WRONG,
  ],
  'a cell that others have is freed': [reuse, 'const next = this.isHeld(cell) ?', 'const next = false ?', WRONG],
  'generations do not grow': [reuse, '(1 << STATE_BITS)) | FREE', '0) | FREE', WRONG],
  'an object is told before it is complete': [
    guessed,
    'initialise();\n        Atomics.store(this.#words, at + STATE, (generation << STATE_BITS) | USED);',
    'Atomics.store(this.#words, at + STATE, (generation << STATE_BITS) | USED);\n        initialise();',
    WRONG,
  ],
  'who made it has no bit while others look': [
    handedOn,
    'this.#hold(cell, entry);\n        Atomics.store(this.#words, at + LENGTH, byteLength);',
    'Atomics.store(this.#words, at + LENGTH, byteLength);',
    /the maker has no bit/,
  ],
  'HELD is written anew after others can attach': [
    guessed,
    'return generation;\n    }\n    /**\n     * Makes this thread one',
    'Atomics.store(this.#words, at + HELD, bitOf(entry));\n        return generation;\n    }\n    /**\n     * Makes this thread one',
    WRONG,
  ],
  'who finds no entry sets no bit': [
    overflow,
    'Atomics.or(this.#words, this.#heldIndex(cell, entry), bitOf(entry));',
    'if (entry !== OVERFLOW_ENTRY) Atomics.or(this.#words, this.#heldIndex(cell, entry), bitOf(entry));',
    WRONG,
  ],
  'who takes an entry over from the dead keeps its bits': [
    inherited,
    'this.release(cell, entry);\n            return entry;',
    ';\n            return entry;',
    /a bit is left/,
  ],
  'an entry is taken by a store': [
    joining,
    'Atomics.compareExchange(this.#words, entry, owner, this.#thread.self) !== owner',
    'Atomics.store(this.#words, entry, this.#thread.self) === 0',
    /two have the same entry/,
  ],
});
