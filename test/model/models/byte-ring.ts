import type { ByteRing, NoMemory, RingItem, Segment } from '@multiprocess/shared-memory';
import type { Act, Model, Site, View } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { FIRST_BYTES, itemsIn, newRing, RECORD_BYTES, RING_WORDS, ringScale, ringWordCount } from './ring-scale.js';
import { sharedMemoryOf } from './toolkit.js';

const {
  CAPACITY,
  CONSUMERS,
  DEFINITIONS_END,
  DIRTY,
  EASY_BYTES,
  GETS,
  HEAD,
  LARGEST,
  MAX_BYTES,
  MAX_ITEMS,
  PRODUCERS,
  PUTS,
  SEEN_HEAD,
  SEEN_TAIL,
  SHUT,
  TAIL,
} = RING_WORDS;
const OWNER = 0x7fffffff;

/** Words of the model behind those of the ring: how often items were put, and each of them taken. */
const PUT = ringWordCount(2 * FIRST_BYTES);
const TAKEN = PUT + 1;
const MAX_NUMBERS = 4;

const ringOf = (site: Site): ByteRing => new (sharedMemoryOf(site).ByteRing)(site.segment as unknown as Segment);

/** Puts the item with that number: at once if it can, else waiting for room. */
const puts =
  (number: number, noMemory: NoMemory = 'throw'): Act =>
  (site) => {
    const { writer } = ringOf(site);
    const item = new Uint8Array(Int32Array.of(number).buffer);
    const outcome = sharedMemoryOf(site).waitSync(site.parker, writer.putting(item, noMemory), Infinity);
    if (outcome === 'put') site.note(PUT, 1);
    return outcome === 'put' ? 'next' : 'end';
  };

const triesToPut =
  (number: number): Act =>
  (site) => {
    const item = new Uint8Array(Int32Array.of(number).buffer);
    if (ringOf(site).writer.tryPut(item) !== 'put') return puts(number)(site);
    site.note(PUT, 1);
    return 'next';
  };

function take(site: Site, item: RingItem): void {
  const number = new DataView(item.bytes.buffer, item.bytes.byteOffset).getInt32(0, true);
  if (site.note(TAKEN + number, 1) !== 1) throw new Error(`Item ${number} was taken twice`);
}

const get: Act = (site) => {
  const item = sharedMemoryOf(site).waitSync(site.parker, ringOf(site).reader.getting(), Infinity);
  if (item === undefined || item === 'shut') return 'end';
  take(site, item);
  return 'next';
};

/** Takes what is there, up to two at a time, waiting for the first. */
const getMany: Act = (site) => {
  const use = (items: readonly RingItem[]): boolean => {
    for (const item of items) take(site, item);
    return true;
  };
  const taken = sharedMemoryOf(site).waitSync(site.parker, ringOf(site).reader.gettingMany(2, use), Infinity);
  return taken === undefined || taken === 'shut' ? 'end' : 'next';
};

/** Takes as an event loop does: what can be had at once, and if that is nothing, it waits. */
const getManySoon: Act = (site) => {
  const use = (items: readonly RingItem[]): boolean => {
    for (const item of items) take(site, item);
    return false;
  };
  const taken = sharedMemoryOf(site).runAtOnce(site.parker, ringOf(site).reader.gettingMany(2, use));
  return taken === undefined ? getMany(site) : 'next';
};

const triesToGet: Act = (site) => {
  const item = ringOf(site).reader.tryGet();
  if (item === undefined) return get(site);
  take(site, item);
  return 'next';
};

const shut: Act = (site) => {
  sharedMemoryOf(site).waitSync(site.parker, ringOf(site).writer.shutting('keep'), Infinity);
  return 'next';
};

const asksSize: Act = (site) => {
  return ringOf(site).size < 0 ? 'end' : 'next';
};

const taken = ({ words }: View): number =>
  words.slice(TAKEN, TAKEN + MAX_NUMBERS).reduce((sum, times) => sum + times, 0);

/** Every item is in one place; a killed thread may have had one in its hands. */
function nothingLost(view: View, producers: readonly number[], consumers: readonly number[]): string | undefined {
  const dead = (threads: readonly number[]): number => threads.filter((thread) => view.isDead(thread)).length;
  const missing = view.words[PUT]! - taken(view) - itemsIn(view.words);
  if (missing > dead(consumers)) return `${missing} items were lost`;
  if (missing < -dead(producers)) return `${-missing} items came from nowhere`;
  const { words } = view;
  const heldByDead = [PRODUCERS, CONSUMERS].some(
    (word) => words[word] !== 0 && view.isDead((words[word]! & OWNER) - 1),
  );
  const counted = (words[PUTS]! - words[GETS]!) | 0;
  if (words[DIRTY] !== 0 || heldByDead || counted === itemsIn(words)) return undefined;
  return `${itemsIn(words)} items are counted as ${counted}`;
}

/** PUTS is raised before an item is there, and GETS after it is gone. */
function countedEnough({ words }: View): string | undefined {
  const counted = (words[PUTS]! - words[GETS]!) | 0;
  return counted >= itemsIn(words) ? undefined : `${itemsIn(words)} items are counted as ${counted}`;
}

/** Positions of an empty ring through which an item has gone: of two more, the second has another place once it has grown. */
const begun = Object.fromEntries([TAIL, SEEN_HEAD, HEAD, SEEN_TAIL].map((word) => [word, RECORD_BYTES]));

interface Shape {
  readonly producers: readonly (readonly Act[])[];
  readonly consumers: readonly (readonly Act[])[];
  readonly maxBytes?: number;
  readonly maxItems?: number;
}

function model(name: string, shape: Shape, more: Partial<Model> = {}): Model {
  const { consumers, maxBytes = FIRST_BYTES, producers } = shape;
  const maxItems = Math.min(shape.maxItems ?? Infinity, maxBytes / RECORD_BYTES);
  const grows = maxBytes > FIRST_BYTES;
  const producing = [...producers.keys()];
  const consuming = consumers.map((_, i) => producers.length + i);
  return {
    name: `byte-ring/${name}`,
    words: { ...RING_WORDS, put: PUT, taken: TAKEN },
    wordCount: TAKEN + MAX_NUMBERS,
    segmentWords: ringWordCount(maxBytes),
    initial: { ...newRing(maxBytes, shape.maxItems ?? 0), ...(grows ? begun : {}) },
    constant: [MAX_BYTES, MAX_ITEMS, EASY_BYTES, DEFINITIONS_END, ...(grows ? [] : [LARGEST, CAPACITY])],
    racy: [PUTS, GETS, DIRTY, ...(grows ? [CAPACITY] : [])],
    patches: ringScale,
    programs: [...producers, ...consumers],
    mayRest: (view, thread) => {
      const items = itemsIn(view.words);
      if (consuming.includes(thread)) return items === 0 && view.words[SHUT] === 0;
      return items === maxItems && consuming.every((consumer) => view.isDead(consumer) || view.isDone(consumer));
    },
    invariant: countedEnough,
    final: (view) => nothingLost(view, producing, consuming),
    ...more,
  };
}

const oneToOne = model('one puts, one takes', {
  producers: [[puts(0), puts(1), puts(2)]],
  consumers: [[get, get, get]],
});
const trying = model(
  'both try first',
  { producers: [[triesToPut(0), triesToPut(1), triesToPut(2)]], consumers: [[triesToGet, triesToGet, triesToGet]] },
  { bounds: { preemptions: 3 } },
);
const oneItem = model(
  'room for one item',
  { producers: [[puts(0)], [puts(1)]], consumers: [[get, get]], maxItems: 1 },
  { bounds: { preemptions: 2 } },
);
const twoTake = model(
  'two take',
  { producers: [[puts(0), puts(1)]], consumers: [[get], [get]] },
  { bounds: { preemptions: 2 } },
);
const growing = model(
  'it grows',
  { producers: [[puts(0), puts(1), puts(2)]], consumers: [[get, get]], maxBytes: 2 * FIRST_BYTES },
  { bounds: { preemptions: 2 } },
);
const shutting = model(
  'it is shut',
  { producers: [[puts(0), shut]], consumers: [[get, get], [get]] },
  { bounds: { preemptions: 2 } },
);
const killed = model(
  'one is killed',
  { producers: [[puts(0)], [puts(1)]], consumers: [[get, get]] },
  { kills: 1, rechecks: 'after a kill', bounds: { preemptions: 1 } },
);
const killedPair = model(
  'one of two is killed',
  { producers: [[puts(0), puts(1), asksSize]], consumers: [[get, get, asksSize]], maxItems: 1 },
  { kills: 1, rechecks: 'after a kill', bounds: { preemptions: 2 } },
);

const killedConsumer = model(
  'one of two consumers is killed',
  { producers: [[puts(0), puts(1)]], consumers: [[get, get], [get]], maxItems: 1 },
  { kills: 1, victims: [1], rechecks: 'after a kill', bounds: { preemptions: 1 } },
);

const many = model(
  'many are taken at a time',
  { producers: [[puts(0), puts(1), puts(2)]], consumers: [[getManySoon, getMany, getMany]] },
  { bounds: { preemptions: 3 } },
);
const killedGrowing = model(
  'one is killed while it grows',
  {
    producers: [[puts(0), puts(1), puts(2)]],
    consumers: [[getManySoon, getMany, getMany]],
    maxBytes: 2 * FIRST_BYTES,
  },
  { kills: 1, victims: [0], rechecks: 'after a kill', bounds: { preemptions: 1 } },
);
const noMemory = model(
  'it may grow, but there is no memory',
  {
    producers: [[puts(0, 'wait'), puts(1, 'wait'), puts(2, 'wait')]],
    consumers: [[getMany, getMany, getMany]],
    maxBytes: 2 * FIRST_BYTES,
  },
  {
    patches: [
      ...ringScale,
      {
        file: 'shared-memory/ring/ring-writer.js',
        find: 'return this.#core.room.tryGrow(message.byteLength) ?',
        replace: "throw new OutOfMemoryError(''); return true ?",
      },
    ],
    bounds: { preemptions: 2 },
  },
);

export const byteRingModels = [
  oneToOne,
  trying,
  oneItem,
  twoTake,
  growing,
  shutting,
  killed,
  killedPair,
  killedConsumer,
  many,
  killedGrowing,
  noMemory,
];
const sleeps = /sleeps for ever/;
const circles = /goes round in circles/;

const READ =
  'const items = starts.length === 1 ? [memory.read(starts[0], lengths[0])] : memory.readAll(head, end, starts, lengths);';

export const byteRingMutants = [
  ...mutantsOf('shared-memory/ring/ring-writer.js', {
    'putting() wakes no consumer': [oneToOne, 'this.#core.items.notify(1);', ';', sleeps],
    'a producer sleeps without having looked again': [
      oneToOne,
      'request = yield* this.#core.announcing(this.#core.space); // and look once more',
      'yield yield* this.#core.announcing(this.#core.space);',
      sleeps,
    ],
    'an item is published before it is written': [
      oneToOne,
      'const end = this.#core.appender.append(tail, message);',
      `this.#publish((tail + ${RECORD_BYTES}) | 0, 1); const end = this.#core.appender.append(tail, message);`,
      /without Atomics/,
    ],
    'PUTS is raised after publishing': [
      trying,
      'Atomics.store(this.#words, TAIL, tail);',
      'Atomics.store(this.#words, TAIL, tail); Atomics.add(this.#words, PUTS, count);',
      /are counted as/,
    ],
    'the room that a dead consumer has made is not found': [
      killedPair,
      'this.#reclaimFromDeadConsumer();\n            }',
      '}',
      sleeps,
    ],
  }),
  ...mutantsOf('shared-memory/ring/ring-reader.js', {
    'getting() wakes no producer': [oneItem, 'this.#core.space.notify(count);', '', sleeps],
    'a consumer sleeps without having looked again': [
      oneToOne,
      'request = yield* this.#core.announcing(this.#core.items); // and look once more',
      'yield yield* this.#core.announcing(this.#core.items);',
      sleeps,
    ],
    'room is given back before the item is copied': [
      oneToOne,
      `${READ}\n        this.#core.take(end, starts.length);`,
      `this.#core.take(end, starts.length);\n        ${READ}`,
      /without Atomics/,
    ],
    'what another thread is in the way of is tried again and again': [
      killedGrowing,
      'yield* this.#core.enteringConsumers();',
      'if (!this.#core.consumers.tryLock()) continue;',
      circles,
    ],
    'a consumer waits until another thread has counted': [
      killedGrowing,
      'if (dirty)\n                yield* this.#counting();',
      ';',
      circles,
    ],
    'what is taken together leaves one behind': [
      many,
      'this.#core.take(end, starts.length);',
      'this.#core.take(end, 1);',
      /are counted as/,
    ],
    'items are taken without the mutex': [
      twoTake,
      'yield* this.#core.enteringConsumers();',
      '',
      /without Atomics|taken twice/,
    ],
  }),
  ...mutantsOf('shared-memory/ring/ring-memory.js', {
    'the ring is larger before what is in it has been copied': [
      killedGrowing,
      'this.#segment.reserve(RING_DATA_OFFSET + old, capacity - old);',
      'this.#segment.reserve(RING_DATA_OFFSET + old, capacity - old); Atomics.store(this.#words, CAPACITY, capacity);',
      /taken twice|contradicts itself/,
    ],
    'what has another place in the larger ring is left behind': [
      growing,
      'this.bytes.copyWithin(to, from, from + piece);',
      ';',
      /are counted as|taken twice|contradicts itself/,
    ],
  }),
  ...mutantsOf('shared-memory/ring/ring-core.js', {
    'who takes over from a dead producer does not say so': [
      killed,
      'if (yield* this.producers.entering())\n            this.markDirty();',
      'yield* this.producers.entering();',
      /are counted as/,
    ],
    'who takes over from a dead consumer does not say so': [
      killedConsumer,
      'if (yield* this.consumers.entering())\n            this.markDirty();',
      'yield* this.consumers.entering();',
      /are counted as|sleeps for ever/,
    ],
  }),
];
