import type { Parker, Thread } from '@multiprocess/shared-memory';
import type { Bounds } from './explore.js';
import type { Patch } from './simulated/load-compiled.js';
import type { SimulatedSegment } from './simulated/simulated-segment.js';
import type { Words } from './state.js';

/** What a simulated thread's program works with. */
export interface Site {
  /** Its number, from 0 on. */
  readonly number: number;
  readonly words: Int32Array;
  /** As the code under test sees it. */
  readonly Atomics: Atomics;
  readonly thread: Thread;
  readonly parker: Parker;
  readonly segment: SimulatedSegment;
  /** The exports of a compiled file, as in `shared-memory/wait/owner-mutex.js`. */
  load(file: string): unknown;
  /** Milliseconds of its own clock, which goes on only where a wait's time is over. */
  now(): number;
  /** Adds to a word that only the model has, in the same step as what comes before. Returns the sum. */
  note(word: number, value: number): number;
  /** Runs the event loop until nothing is left that it waits for. */
  loop(): void;
  /** Something that may happen in the event loop at any time, or never. */
  onceSometime(happen: () => void): void;
}

/**
 * A part of a thread's program. It is executed over and over, so it keeps nothing outside itself; and what it has seen
 * is forgotten when it ends, which makes many states one.
 */
export type Act = (site: Site) => Next;

/** What a thread does after an act: the next one, the same again, or nothing any more. */
export type Next = 'next' | 'again' | 'end';

/** What an invariant sees of a state. */
export interface View {
  readonly words: Words;
  /** Numbers of the threads that were killed. */
  isDead(thread: number): boolean;
  /** Whether its program has come to its end. */
  isDone(thread: number): boolean;
}

/** A primitive in use by some threads: what they do, and what must hold meanwhile. */
export interface Model {
  readonly name: string;
  /** Names of the words, by index, for schedules to read. Words without a name exist if `wordCount` says so. */
  readonly words: Readonly<Record<string, number>>;
  readonly wordCount: number;
  /** How many of the words the segment has, from the first on. Default: all. */
  readonly segmentWords?: number;
  /** What the words hold at first, where it is not 0. */
  readonly initial?: Readonly<Record<number, number>>;
  /** Words that no thread changes: reading them is no step. */
  readonly constant?: readonly number[];
  /** Words that are read and written without Atomics while others do so too: each access is a step of its own. */
  readonly racy?: readonly number[];
  /** The acts of each thread, one after the other. */
  readonly programs: readonly (readonly Act[])[];
  /**
   * Threads of which it does not matter which is which: same programs, no owner id in any word. States that differ in
   * nothing but their order are one.
   */
  readonly alike?: readonly (readonly number[])[];
  /** How far it is explored. Default: to its end. */
  readonly bounds?: Bounds;
  /** Changes of the code that make it small enough to explore, such as of the size that a ring begins with. */
  readonly patches?: readonly Patch[];
  /** How many threads may be killed, before any step. Default: 0. */
  readonly kills?: number;
  /** Which threads may be killed. Default: any. */
  readonly victims?: readonly number[];
  /**
   * Whether sleepers may look again by themselves, as real ones do every 100 ms: where no other thread can go on, after
   * a thread was killed. Default: never, so that every wake must come.
   */
  readonly rechecks?: 'never' | 'after a kill';
  /** Whether a thread may sleep for ever in this state, in which no thread can go on. Default: it must not. */
  mayRest?(view: View, thread: number): boolean;
  /** What is wrong in this state, if anything is. */
  invariant?(view: View): string | undefined;
  /** What is wrong in the end, if anything is. */
  final?(view: View): string | undefined;
}
