import type { CodePoint } from './code-point.js';

/** Where a thread stands, as others see it. `woken` is one that slept and has not run since. */
type Mode = 'ready' | 'asleep' | 'woken' | 'dead';

const MODES: readonly Mode[] = ['ready', 'asleep', 'woken', 'dead'];
const MODE_BITS = 2;
const ACT_BITS = 5;
/** Acts that a program may have. */
export const MOST_ACTS = 2 ** ACT_BITS;

/** A thread in a state. */
export interface Standing {
  /** Number of the act that it is in. */
  readonly act: number;
  readonly point: CodePoint;
  readonly mode: Mode;
  /** Whether its event loop has been rung. */
  readonly rung: boolean;
}

/** Everything that the future depends on. Never changed: a step makes another. */
export interface State {
  readonly words: Int32Array;
  readonly threads: readonly Standing[];
  /** How many threads have been killed. */
  readonly kills: number;
  /** How often a sleeper has looked again although nobody woke it. */
  readonly rechecks: number;
}

/**
 * A text that is the same for two states exactly if they are. How many were killed is seen from the dead.
 *
 * @param alike threads of which it does not matter which is which
 */
export function keyOf({ words, threads, rechecks }: State, alike: readonly (readonly number[])[] = []): string {
  const codes = new Uint16Array(words.length * 2 + threads.length * 2 + 1);
  let i = 0;
  const add = (word: number): void => {
    codes[i++] = word & 0xffff;
    codes[i++] = word >>> 16;
  };
  for (const word of words) add(word);
  const locals = threads.map(localKeyOf);
  for (const group of alike) {
    const sorted = group.map((thread) => locals[thread]!).sort((one, other) => one - other);
    for (const [place, thread] of group.entries()) locals[thread] = sorted[place]!;
  }
  for (const local of locals) add(local);
  codes[i] = rechecks;
  return String.fromCharCode.apply(null, codes as unknown as number[]);
}

function localKeyOf({ act, mode, point, rung }: Standing): number {
  const modeKey = MODES.indexOf(mode);
  if (mode === 'dead') return modeKey; // what it was about to do is of no interest any more
  return (((((point.id << ACT_BITS) | act) << 1) | Number(rung)) << MODE_BITS) | modeKey;
}
