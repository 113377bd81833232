import type { Patch } from '../checker/simulated/load-compiled.js';
import type { Words } from '../checker/state.js';

/**
 * The words of a ring, closer together than in ring-layout.ts, and a ring that begins with room for two items of a word:
 * a state has few words, and two puts fill it.
 */
export const RING_WORDS = {
  PRODUCERS: 0,
  TAIL: 1,
  PUTS: 2,
  SEEN_HEAD: 3,
  LARGEST: 4,
  CONSUMERS: 5,
  HEAD: 6,
  GETS: 7,
  SEEN_TAIL: 8,
  ITEMS: 9,
  SPACE: 10,
  CAPACITY: 11,
  MAX_BYTES: 12,
  MAX_ITEMS: 13,
  SHUT: 14,
  DIRTY: 15,
  EASY_BYTES: 16,
  EMPTIED: 17,
  DEFINITIONS_END: 18,
  DEFINITIONS: 20,
} as const;

/** Right behind, so that there is no room for definitions. */
const DATA = RING_WORDS.DEFINITIONS;
/** Bytes of a record with an item of a word. */
export const RECORD_BYTES = 16;
export const FIRST_BYTES = 2 * RECORD_BYTES;

const REAL: Readonly<Record<keyof typeof RING_WORDS, number>> = {
  PRODUCERS: 0,
  TAIL: 16,
  PUTS: 2,
  SEEN_HEAD: 3,
  LARGEST: 4,
  CONSUMERS: 32,
  HEAD: 48,
  GETS: 34,
  SEEN_TAIL: 35,
  ITEMS: 64,
  SPACE: 96,
  CAPACITY: 128,
  MAX_BYTES: 129,
  MAX_ITEMS: 130,
  SHUT: 131,
  DIRTY: 132,
  EASY_BYTES: 133,
  EMPTIED: 144,
  DEFINITIONS_END: 192,
  DEFINITIONS: 193,
};

const layout = (find: string, replace: string): Patch => ({ file: 'shared-memory/ring/ring-layout.js', find, replace });
const memory = (find: string, replace: string): Patch => ({ file: 'shared-memory/ring/ring-memory.js', find, replace });

const room = (find: string, replace: string): Patch => ({ file: 'shared-memory/ring/ring-room.js', find, replace });

/** What brings the compiled ring down to this size. */
export const ringScale: readonly Patch[] = [
  ...Object.entries(RING_WORDS).map(([name, index]) =>
    layout(`const ${name} = ${REAL[name as keyof typeof REAL]};`, `const ${name} = ${index};`),
  ),
  layout('RING_DATA_OFFSET = 4096 - 128', `RING_DATA_OFFSET = ${DATA * 4}`),
  layout('RING_FIRST_BYTES = 2 ** 14', `RING_FIRST_BYTES = ${FIRST_BYTES}`),
  memory('SCRATCH_ITEM_BYTES = 4096', `SCRATCH_ITEM_BYTES = ${FIRST_BYTES}`),
  {
    file: 'shared-memory/ring/ring-scratch.js',
    find: 'SCRATCH_BYTES = 2 ** 16',
    replace: `SCRATCH_BYTES = ${FIRST_BYTES}`,
  },
  room('HANDY_BYTES = 2 ** 21', `HANDY_BYTES = ${FIRST_BYTES}`),
  room('KEPT_BYTES = 2 ** 23', `KEPT_BYTES = ${FIRST_BYTES}`),
];

/** What a new ring holds. */
export function newRing(maxBytes: number, maxItems: number): Record<number, number> {
  return {
    [RING_WORDS.CAPACITY]: FIRST_BYTES,
    [RING_WORDS.MAX_BYTES]: maxBytes,
    [RING_WORDS.MAX_ITEMS]: maxItems,
    [RING_WORDS.LARGEST]: 4,
  };
}

/** Words of a ring that may grow to so many bytes. */
export function ringWordCount(maxBytes: number): number {
  return DATA + maxBytes / 4;
}

/** Items that are in the ring, whatever is counted. */
export function itemsIn(words: Words): number {
  return ((words[RING_WORDS.TAIL]! - words[RING_WORDS.HEAD]!) | 0) / RECORD_BYTES;
}
