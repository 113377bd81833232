import type { ChunkSupply } from '../../../packages/buffers/dist/words/chunk-supply.js';
import type { Patch } from '../checker/simulated/load-compiled.js';
import type { Act, Model, Site, View } from '../checker/model.js';
import { mutantsOf } from './mutant.js';
import { hastily, sharedMemoryOf } from './toolkit.js';

// A pool of one chunk with two seats. Its content is a word that is written and read without Atomics: who has the chunk and finds it
// changed, or being changed, fails. A ring of one message stands behind it: who takes the message has it, and counts it as taken, in
// one step, as by the mutex of a real ring.
const SEATS = 2;
const MUTEX = 0;
const EVENTS = 1;
const FIRST_CHUNK = 2;
const HEAD_WORDS = 2;
const SEAT_WORDS = 8;
const FIRST_SEAT = FIRST_CHUNK + HEAD_WORDS;
const CONTENT = FIRST_SEAT + SEATS * SEAT_WORDS;
/** 0, or a message: seat and ticket, and a bit that says that it is one. */
const RING = CONTENT + 1;
const PUTS = RING + 1;
const TAKES = PUTS + 1;
const WORDS = TAKES + 1;
const LENGTH = 4;
const CARRIER = 0;
const IS_MESSAGE = 1 << 16;

const FILES = { layout: 'buffers/words/pool-layout.js', lost: 'buffers/words/lost-seats.js' };
const SUPPLY = 'buffers/words/chunk-supply.js';
const patches: Patch[] = [
  { file: FILES.layout, find: 'export const MUTEX = 16;', replace: `export const MUTEX = ${MUTEX};` },
  { file: FILES.layout, find: 'export const EVENTS = 32;', replace: `export const EVENTS = ${EVENTS};` },
  { file: FILES.layout, find: 'const FIRST_CARRIER = 64;', replace: `const FIRST_CARRIER = ${FIRST_CHUNK};` },
  { file: FILES.layout, find: 'export const CARRIERS = 64;', replace: 'export const CARRIERS = 0;' },
  { file: FILES.layout, find: 'export const SEATS = 16;', replace: `export const SEATS = ${SEATS};` },
  { file: FILES.layout, find: 'export const SEAT_BITS = 4;', replace: 'export const SEAT_BITS = 1;' },
  { file: FILES.layout, find: 'const CHUNK_HEAD_WORDS = 16;', replace: `const CHUNK_HEAD_WORDS = ${HEAD_WORDS};` },
];
/** The second look at a message that is out of its ring finds it lost. */
const impatient: Patch[] = [
  ...patches,
  { file: FILES.lost, find: 'const ARRIVAL_MS = 5000;', replace: 'const ARRIVAL_MS = -1;' },
  { file: SUPPLY, find: 'const SEARCH_EVERY_MS = 20;', replace: 'const SEARCH_EVERY_MS = 0;' },
];

const supplyOf = (site: Site): ChunkSupply => {
  const loaded = site.load('buffers/words/chunk-supply.js') as { ChunkSupply: typeof ChunkSupply };
  return new loaded.ChunkSupply(site.words, 1, site.thread, {
    begin: () => undefined,
    newLook: () => () => {
      const puts = site.Atomics.load(site.words, PUTS);
      return { puts, takes: site.Atomics.load(site.words, TAKES), isOver: false };
    },
  });
};

/** The seat that this thread has. */
const ownSeat = (site: Site): number => {
  const { seats } = supplyOf(site);
  for (let seat = 0; seat < SEATS; seat++) if (seats.holder(seat) === site.thread.self) return seat;
  throw new Error('It has no seat');
};

const take: Act = (site) => {
  const seat = sharedMemoryOf(site).waitSync(site.parker, supplyOf(site).taking(LENGTH), Infinity);
  return seat === undefined ? 'end' : 'next';
};

const takeOrGiveUp: Act = (site) => (hastily(site, supplyOf(site).taking(LENGTH)) === undefined ? 'end' : 'next');

/** Looks for what is lost, once. */
const search: Act = (site) => {
  sharedMemoryOf(site).waitSync(site.parker, supplyOf(site).searching(), Infinity);
  return 'next';
};

const tryTake: Act = (site) => (supplyOf(site).tryTake(LENGTH) < 0 ? 'end' : 'next');

const write: Act = (site) => {
  site.words[CONTENT] = site.number + 1;
  return 'next';
};

const check: Act = (site) => {
  if (site.words[CONTENT] !== site.number + 1) throw new Error('Another has written into its chunk');
  return 'next';
};

const look: Act = (site) => {
  if (site.words[CONTENT] === 0) throw new Error('There is nothing in the chunk');
  return 'next';
};

const giveBack: Act = (site) => {
  supplyOf(site).giveBack(ownSeat(site));
  return 'next';
};

/** Hands its seat over, puts the message into the ring, and says so. */
const send: Act = (site) => sendSeat(site, ownSeat(site));

function sendSeat(site: Site, seat: number): 'next' {
  const { seats } = supplyOf(site);
  const ticket = seats.handOver(seat);
  seats.board(seat, CARRIER);
  if (!seats.isWaiting(seat, ticket)) throw new Error('It is lost before it was sent');
  site.Atomics.store(site.words, RING, IS_MESSAGE | (seat << 8) | ticket);
  site.note(PUTS, 1);
  seats.noteAboard(seat, ticket);
  return 'next';
}

/** Shares its chunk, and sends the other seat. */
const sendShare: Act = (site) => {
  const { seats } = supplyOf(site);
  const own = ownSeat(site);
  const other = sharedMemoryOf(site).waitSync(
    site.parker,
    seats.entering(() => seats.share(own)),
    Infinity,
  );
  if (other === undefined || other < 0) throw new Error('It could not be shared');
  return sendSeat(site, other);
};

/** Takes the message, if there is one. */
const takeMessage = (site: Site): { seat: number; ticket: number } | undefined => {
  const message = site.Atomics.exchange(site.words, RING, 0);
  if (message === 0) return undefined;
  site.note(TAKES, 1);
  return { seat: (message >> 8) & 0xff, ticket: message & 0xff };
};

const receive: Act = (site) => {
  const message = takeMessage(site);
  if (message === undefined) return 'end';
  if (!supplyOf(site).seats.arrive(message.seat, message.ticket))
    throw new Error('It took the message, and gets nothing');
  return 'next';
};

/** The same where it may be too late. */
const receiveLate: Act = (site) => {
  const message = takeMessage(site);
  return message !== undefined && supplyOf(site).seats.arrive(message.seat, message.ticket) ? 'next' : 'end';
};

/** Guesses the first message. */
const guess: Act = (site) => (supplyOf(site).seats.arrive(0, 1) ? 'next' : 'end');

/** Receives the first message, which another has taken, from a copy of it. */
const replay: Act = (site) => (site.Atomics.load(site.words, TAKES) === 0 ? 'end' : guess(site));

/** Its message could not be sent. */
const cancel: Act = (site) => {
  const { seats } = supplyOf(site);
  const ticket = seats.handOver(0);
  return seats.takeBack(0, ticket) ? 'next' : 'end';
};

function model(name: string, programs: readonly (readonly Act[])[], more: Partial<Model> = {}): Model {
  return {
    name: `chunk-supply/${name}`,
    words: {
      mutex: MUTEX,
      events: EVENTS,
      length: FIRST_CHUNK,
      high: FIRST_CHUNK + 1,
      first: FIRST_SEAT,
      second: FIRST_SEAT + SEAT_WORDS,
      content: CONTENT,
      ring: RING,
      puts: PUTS,
      takes: TAKES,
    },
    wordCount: WORDS,
    programs,
    patches,
    ...more,
  };
}

const round = [take, write, check, giveBack];
/** A message that is in the ring has its buffer, whatever has become of its sender. */
const keptInRing = {
  invariant: ({ words }: View): string | undefined => {
    const message = words[RING]!;
    if (message === 0) return undefined;
    const holder = words[FIRST_SEAT + ((message >> 8) & 0xff) * SEAT_WORDS];
    return holder === (0x80000000 | (message & 0xff)) ? undefined : 'A buffer is gone from a message in the ring';
  },
};
/** A chunk that is in the ring is not to be had. */
const inRing = ({ words }: View): boolean => words[RING] !== 0;

const turns = model('three take turns', [round, round, round], { bounds: { preemptions: 2 } });
const tries = model(
  'two try while one takes turns',
  [round, [tryTake, write, check, giveBack], [tryTake, write, check, giveBack]],
  {
    bounds: { preemptions: 3 },
  },
);
const givingUp = model('one gives up', [round, [takeOrGiveUp, write, check, giveBack], round], {
  bounds: { preemptions: 2 },
});
const killedHolder = model('a holder is killed, others get what it had', [round, round, round], {
  kills: 1,
  rechecks: 'after a kill',
  bounds: { preemptions: 1 },
});
const handedOver = model(
  'one hands over, another receives, a third waits',
  [
    [take, write, check, send],
    [receive, write, check, giveBack],
    [tryTake, write, check, giveBack],
  ],
  { ...keptInRing, bounds: { preemptions: 3 } },
);
const killedOnTheWay = model(
  'one is killed while it hands over or receives, a third gets the chunk if it is not in the ring',
  [
    [take, write, check, send],
    [receiveLate, write, check, giveBack],
    [take, write, check, giveBack],
  ],
  {
    kills: 1,
    victims: [0, 1],
    rechecks: 'after a kill',
    patches: impatient,
    mayRest: inRing,
    ...keptInRing,
    bounds: { preemptions: 1 },
  },
);
const searched = model(
  'one searches for lost chunks while another hands over and back',
  [
    [take, write, check, send],
    [receiveLate, write, check, send],
    [search, search, tryTake, write, check, giveBack],
  ],
  { ...keptInRing, patches: impatient, bounds: { preemptions: 2 } },
);
const shared = model(
  'a chunk is shared: it is free when both have given it back',
  [
    [take, write, sendShare, look, giveBack],
    [receive, look, giveBack],
    [take, write, check, giveBack],
  ],
  { ...keptInRing, mayRest: inRing, bounds: { preemptions: 2 } },
);
const replayed = model(
  'one receives an old message again',
  [
    [take, write, send],
    [receiveLate, write, check, send],
    [replay, write, check, giveBack],
  ],
  { bounds: { preemptions: 3 } },
);
const cancelled = model(
  'a message is taken back while one receives a copy of it, and one waits',
  [
    [take, write, cancel, write, check, giveBack],
    [guess, write, check, giveBack],
    [take, write, check, giveBack],
  ],
  { bounds: { preemptions: 2 } },
);

export const chunkSupplyModels = [
  turns,
  tries,
  givingUp,
  killedHolder,
  handedOver,
  killedOnTheWay,
  searched,
  shared,
  replayed,
  cancelled,
];

const WRONG = /threw|without Atomics|both at/;
const SEAT_TABLE = 'buffers/words/seat-table.js';

export const chunkSupplyMutants = [
  ...mutantsOf(SEAT_TABLE, {
    'a chunk is lent without the mutex': [
      tries,
      'if (!this.#mutex.tryLock())',
      'this.#mutex.tryLock();\n        if (false)',
      WRONG,
    ],
    'only the first seat is looked at': [
      shared,
      'for (let i = 0; i < high; i++)\n            if (this.holder((chunk << SEAT_BITS) + i) !== FREE)',
      'for (let i = 0; i < 1; i++)\n            if (this.holder((chunk << SEAT_BITS) + i) !== FREE)',
      WRONG,
    ],
    'who shares does not raise HIGH': [shared, 'if (i >= this.high(chunk))', 'if (false)', WRONG],
    'a living holder counts as dead': [killedHolder, 'this.#thread.isDead(holder)', 'true', WRONG],
    'a dead holder keeps its chunk': [killedHolder, 'this.#thread.isDead(holder)', 'false', /circles/],
    'tickets are used again': [replayed, '+ SERIAL) + 1) & TICKET', '+ SERIAL) * 0 + 1) & TICKET', WRONG],
    'who receives does not look whose ticket it is': [
      replayed,
      'arrive(seat, ticket) {\n        return this.#replace(seat, UNDER_WAY | ticket, this.#thread.self);',
      'arrive(seat, ticket) {\n        return this.#replace(seat, this.holder(seat), this.#thread.self);',
      WRONG,
    ],
    'a lost message is freed although it has arrived': [
      searched,
      'return this.#replace(seat, UNDER_WAY | ticket, FREE);',
      'return this.#replace(seat, this.holder(seat), FREE);',
      /gone from a message/,
    ],
    'a message is taken back although it has arrived': [
      cancelled,
      'takeBack(seat, ticket) {\n        return this.#replace(seat, UNDER_WAY | ticket, this.#thread.self);',
      'takeBack(seat, ticket) {\n        return this.#replace(seat, this.holder(seat), this.#thread.self);',
      WRONG,
    ],
  }),
  ...mutantsOf(FILES.lost, {
    'a message that is not known to be put counts as lost': [
      searched,
      'if (!isOrphan && !isAboard)',
      'if (false)',
      WRONG,
    ],
    'a message in the ring counts as taken': [
      killedOnTheWay,
      'const isOut = ',
      'const isOut = true || ',
      /gone from a message/,
    ],
    'a message of the dead is waited for for ever': [
      killedOnTheWay,
      'if (!isOrphan && !isAboard)',
      'if (!isAboard)',
      /sleep/,
    ],
    'a message that was published is not found when its receiver dies': [
      killedOnTheWay,
      'if (!isOrphan && !isAboard)',
      'if (!isOrphan)',
      /sleep/,
    ],
  }),
  ...mutantsOf(SUPPLY, {
    'who gives back wakes no one': [
      turns,
      'if (this.seats.giveBack(seat))',
      'if (this.seats.giveBack(seat) && false)',
      /sleep/,
    ],
    'a sleeper looks first and announces itself second': [
      turns,
      'const request = this.#events.announce(); // and look once more\n                seat = yield* this.#takingNow(byteLength, this.#isDue || hasDied);',
      'seat = yield* this.#takingNow(byteLength, this.#isDue || hasDied);\n                const request = this.#events.announce();',
      /sleep/,
    ],
    'a sleeper does not search when the holder has died': [
      killedHolder,
      'this.#isDue || hasDied',
      'this.#isDue',
      /sleep|circles/,
    ],
    'who gives up keeps the wake': [givingUp, 'if (slept && seat < 0 && this.seats.free > 0)', 'if (false)', /sleep/],
  }),
];
