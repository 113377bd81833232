import type { CodePoint } from './code-point.js';

/** Where a thread stands, as others see it. `woken` is one that slept and has not run since. */
type Mode = 'ready' | 'asleep' | 'woken' | 'dead';

const MODES: readonly Mode[] = ['ready', 'asleep', 'woken', 'dead'];
const MODE_BITS = 2;
const ACT_BITS = 5;
/** Acts that a program may have. */
export const MAX_ACTS = 2 ** ACT_BITS;

/** A thread in a state. */
export interface Standing {
  /** Number of the act that it is in. */
  readonly act: number;
  readonly point: CodePoint;
  readonly mode: Mode;
  /** Whether its event loop has been rung. */
  readonly rung: boolean;
}

/** Shared words, each of 32 bits with a sign. An array: to copy a typed one takes several times as long. */
export type Words = readonly number[];

/** Everything that the future depends on. Never changed: a step makes another. */
export interface State {
  readonly words: Words;
  /** What {@link keyOfWords} says of them: most states share their words with the one before. */
  readonly wordsKey: string;
  readonly threads: readonly Standing[];
  /** How many threads have been killed. */
  readonly kills: number;
  /** How often a sleeper has looked again although no thread woke it. */
  readonly rechecks: number;
}

/**
 * A text that is the same for two states exactly if they are. How many were killed is seen from the dead.
 *
 * @param alike threads of which it does not matter which is which
 */
export function keyOf({ wordsKey, threads, rechecks }: State, alike: readonly (readonly number[])[] = []): string {
  const locals = threads.map(localKeyOf);
  for (const group of alike) {
    const sorted = group.map((thread) => locals[thread]!).sort((one, other) => one - other);
    for (const [place, thread] of group.entries()) locals[thread] = sorted[place]!;
  }
  const codes = [rechecks];
  for (const local of locals) codes.push(local & 0xffff, local >>> 16);
  return wordsKey + String.fromCharCode(...codes);
}

/** Marks the first of three codes, of a word that does not fit into one. */
const LONG = 0x8000;
const LOW_BITS = 15;

/** A text that is the same for the same words only: a code for a small one, since these texts are what fills the memory. */
export function keyOfWords(words: Words): string {
  const codes: number[] = [];
  for (const word of words) {
    if (word >= 0 && word < LONG) codes.push(word);
    else codes.push(LONG | (word >>> (2 * LOW_BITS)), (word >>> LOW_BITS) & (LONG - 1), word & (LONG - 1));
  }
  return String.fromCharCode(...codes);
}

function localKeyOf({ act, mode, point, rung }: Standing): number {
  const modeKey = MODES.indexOf(mode);
  if (mode === 'dead') return modeKey; // what it was about to do is of no interest any more
  return (((((point.id << ACT_BITS) | act) << 1) | Number(rung)) << MODE_BITS) | modeKey;
}
