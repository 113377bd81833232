import type { CodePoint } from './code-tree.js';

/** Where a thread stands, as others see it. `woken` is one that slept and has not run since. */
export type Mode = 'ready' | 'asleep' | 'woken' | 'dead';

const MODES: readonly Mode[] = ['ready', 'asleep', 'woken', 'dead'];

/** A thread in a state. */
export interface Standing {
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

/** A text that is the same for two states exactly if they are. */
export function keyOf({ words, threads, rechecks }: State): string {
  const codes = new Array<number>(words.length * 2 + threads.length * 2 + 1);
  let i = 0;
  for (const word of words) {
    codes[i++] = word & 0xffff;
    codes[i++] = word >>> 16;
  }
  for (const { point, mode, rung } of threads) {
    // What a dead thread was about to do is of no interest any more.
    const id = mode === 'dead' ? 0 : point.id;
    const local = (id << 3) | (MODES.indexOf(mode) << 1) | Number(rung && mode !== 'dead');
    codes[i++] = local & 0xffff;
    codes[i++] = local >>> 16;
  }
  codes[i] = rechecks;
  return String.fromCharCode(...codes);
}
