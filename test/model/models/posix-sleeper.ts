import type { Act, Model, Site } from '../checker/model.js';

// The protocol of sleepers and wakers of the posix backend, as packages/native/src/posix has it in Rust: see sleeper.rs, sleep.rs and
// wake.rs. Threads take tokens of a word, and sleep while there is none; others put a token and wake one. A FIFO is a word that is 1 while
// there is a byte in it; poll sleeps while it is 0.
const TOKENS = 0;
const OTHER_TOKENS = 1;
const FIRST_SLEEPER = 2;
const STATE = 0;
const KEY = 1;
const BELL = 2;
const SLEEPER_WORDS = 3;

const AWAKE = 0;
const SLEEPING = 1;
const WOKEN = 2;
const PHASE = 3;
const SLEEP = 4;

/** What is done otherwise in a variant that must fail. */
type Bug =
  | 'looks before it says that it sleeps'
  | 'says what it sleeps on after it says that it sleeps'
  | 'has no count in its state'
  | 'looks at its state before it takes the byte'
  | 'wakes before it changes the word'
  | 'counts one that another has woken'
  | 'writes no byte';

const sleeperOf = (thread: number) => FIRST_SLEEPER + thread * SLEEPER_WORDS;

const next = (state: number, phase: number, bug?: Bug) =>
  bug === 'has no count in its state' ? phase : ((state & ~PHASE) + SLEEP) | phase;

function sleep(site: Site, key: number, bug: Bug | undefined): void {
  const { words, Atomics } = site;
  const own = sleeperOf(site.number);
  if (bug === 'looks before it says that it sleeps' && Atomics.load(words, key) > 0) return;
  const late = bug === 'says what it sleeps on after it says that it sleeps';
  if (!late) Atomics.store(words, own + KEY, key);
  Atomics.store(words, own + STATE, next(Atomics.load(words, own + STATE), SLEEPING, bug));
  if (late) Atomics.store(words, own + KEY, key);
  for (;;) {
    if (bug !== 'looks before it says that it sleeps' && Atomics.load(words, key) > 0) break;
    site.parker.pause({ kind: 'park', words, index: own + BELL, expected: 0, owner: 0, brief: false }, Infinity);
    const tooSoon = bug === 'looks at its state before it takes the byte';
    if (tooSoon && (Atomics.load(words, own + STATE) & PHASE) === WOKEN) break;
    Atomics.store(words, own + BELL, 0);
    if (!tooSoon && (Atomics.load(words, own + STATE) & PHASE) === WOKEN) break;
  }
  const before = Atomics.exchange(words, own + STATE, next(Atomics.load(words, own + STATE), AWAKE, bug));
  if ((before & PHASE) === WOKEN) Atomics.store(words, own + BELL, 0);
}

function wake(site: Site, key: number, sleepers: number, bug: Bug | undefined): void {
  const { words, Atomics } = site;
  for (let sleeper = 0; sleeper < sleepers; sleeper++) {
    const its = sleeperOf(sleeper);
    const state = Atomics.load(words, its + STATE);
    if ((state & PHASE) !== SLEEPING || Atomics.load(words, its + KEY) !== key) continue;
    const won = Atomics.compareExchange(words, its + STATE, state, (state & ~PHASE) | WOKEN) === state;
    if (!won && bug !== 'counts one that another has woken') continue;
    if (bug !== 'writes no byte' && won) {
      Atomics.store(words, its + BELL, 1);
      site.parker.unpark(words, its + BELL, 1);
    }
    return;
  }
}

const take =
  (key: number, bug?: Bug): Act =>
  (site) => {
    const { words, Atomics } = site;
    const seen = Atomics.load(words, key);
    if (seen > 0) return Atomics.compareExchange(words, key, seen, seen - 1) === seen ? 'next' : 'again';
    sleep(site, key, bug);
    return 'again';
  };

/** Takes one without ever sleeping. */
const snatch =
  (key: number): Act =>
  ({ words, Atomics }) => {
    if (Atomics.load(words, key) > 0) Atomics.compareExchange(words, key, 1, 0);
    return 'next';
  };

const put =
  (key: number, sleepers: number, bug?: Bug): Act =>
  (site) => {
    const { words, Atomics } = site;
    if (bug === 'wakes before it changes the word') wake(site, key, sleepers, bug);
    Atomics.add(words, key, 1);
    if (bug !== 'wakes before it changes the word') wake(site, key, sleepers, bug);
    return 'next';
  };

function model(
  name: string,
  sleepers: number,
  programs: readonly (readonly Act[])[],
  more: Partial<Model> = {},
): Model {
  const names: Record<string, number> = { tokens: TOKENS, otherTokens: OTHER_TOKENS };
  for (let sleeper = 0; sleeper < sleepers; sleeper++) {
    names[`state${sleeper}`] = sleeperOf(sleeper) + STATE;
    names[`key${sleeper}`] = sleeperOf(sleeper) + KEY;
    names[`bell${sleeper}`] = sleeperOf(sleeper) + BELL;
  }
  return { name: `posix-sleeper/${name}`, words: names, wordCount: sleeperOf(sleepers), programs, ...more };
}

const one = (bug?: Bug): Model =>
  model('one sleeper, two wakers', 1, [
    [take(TOKENS, bug), take(TOKENS, bug)],
    [put(TOKENS, 1, bug)],
    [put(TOKENS, 1, bug)],
  ]);

const two = (bug?: Bug): Model =>
  model('two sleepers, two wakers', 2, [
    [take(TOKENS, bug)],
    [take(TOKENS, bug)],
    [put(TOKENS, 2, bug)],
    [put(TOKENS, 2, bug)],
  ]);

/** The first sleeper goes on to another word, while a waker still means its old sleep. */
const goingOn = (bug?: Bug): Model =>
  model(
    'one goes on to sleep on another word',
    2,
    [
      [take(TOKENS, bug), take(OTHER_TOKENS, bug)],
      [take(TOKENS, bug)],
      [put(TOKENS, 2, bug)],
      [put(TOKENS, 2, bug), put(OTHER_TOKENS, 2, bug)],
    ],
    { bounds: { preemptions: 3 } },
  );

/** A token may be gone when the sleeper comes: it may sleep on only while there is none. */
const snatched = (bug?: Bug): Model =>
  model(
    'a token is snatched',
    1,
    [
      [take(TOKENS, bug), take(TOKENS, bug)],
      [put(TOKENS, 1, bug), put(TOKENS, 1, bug)],
      [put(TOKENS, 1, bug), snatch(TOKENS)],
    ],
    { bounds: { preemptions: 4 }, mayRest: ({ words }) => words[TOKENS] === 0 },
  );

export const posixSleeperModels: readonly Model[] = [one(), two(), goingOn(), snatched()];

/** Variants of the protocol that lose a wake. */
export const posixSleeperVariants: readonly (readonly [bug: Bug, model: Model])[] = [
  ['looks before it says that it sleeps', one('looks before it says that it sleeps')],
  [
    'says what it sleeps on after it says that it sleeps',
    goingOn('says what it sleeps on after it says that it sleeps'),
  ],
  ['has no count in its state', goingOn('has no count in its state')],
  ['looks at its state before it takes the byte', snatched('looks at its state before it takes the byte')],
  ['wakes before it changes the word', one('wakes before it changes the word')],
  ['counts one that another has woken', two('counts one that another has woken')],
  ['writes no byte', one('writes no byte')],
];
