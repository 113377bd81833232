import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedMemory } from '@multiprocess/shared-memory';
import { expect } from 'vitest';
import { accessesDuring } from '../helpers/accesses.js';
import { times } from '../helpers/effort.js';
import { isStopped } from '../helpers/is-stopped.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import { LET_GO, OVER, PAST, PID, REACHED } from './fixtures/step-words.mjs';

/** What happens to a process: a signal at some step, and what follows if that stops it. */
export interface Fate {
  readonly fate: string;
  readonly signal: NodeJS.Signals;
  readonly next?: NodeJS.Signals;
}

export const fates: readonly Fate[] = [
  { fate: 'killed', signal: 'SIGKILL' },
  { fate: 'stopped, and goes on later', signal: 'SIGSTOP', next: 'SIGCONT' },
  { fate: 'stopped, and killed later', signal: 'SIGSTOP', next: 'SIGKILL' },
];

const LONGEST_STRIDE = 20;

/** Every step is taken where the effort is 1, as every night; where it is a tenth, one in ten, from another one each time. */
export const STRIDE = Math.max(1, Math.round(LONGEST_STRIDE / times(LONGEST_STRIDE)));

export function firstStep(): number {
  return 1 + Math.floor(Math.random() * STRIDE);
}

/** A thread that sleeps looks at memory now and then, and no more than that between some ticks of a timer. */
const TICKS = 10;
const MAX_LOOKS = 5000;

/** What a test shares with the process whose steps it counts. */
export class Steps {
  readonly memory = new SharedMemory({ size: 64 });
  readonly #words = new Int32Array(this.memory.buffer);

  /** Whether the process got as far as the step, and so received its signal. */
  get reached(): boolean {
    return this.#words[REACHED] === 1;
  }

  /** Whether it is stopped now. */
  get isStopped(): boolean {
    const pid = Atomics.load(this.#words, PID);
    return pid !== 0 && isStopped(pid);
  }

  /** Forgets the step before. */
  begin(): void {
    markKilled();
    this.#words.fill(0);
  }

  /**
   * While the process is stopped, if it comes to that before `over`: this thread sleeps, and its timers run. A process
   * that got as far as the step stops, be it that what it did before is `over` by then.
   */
  async letGoOn(over: Promise<unknown>, { next }: Fate): Promise<void> {
    if (next === undefined) return;
    const state = { isOver: false };
    void over.then(() => (state.isOver = true));
    const stops = () => this.reached && this.#words[LET_GO] === 0;
    await until(() => this.isStopped || (state.isOver && !stops()));
    if (!this.isStopped) return;
    expect(await accessesDuring(ticks)).toBeLessThan(MAX_LOOKS);
    process.kill(Atomics.load(this.#words, PID), next);
    this.#words[LET_GO] = 1;
  }

  /** Blocks this thread until the process has received its signal, or has gone past the step. */
  blockUntilReached(): void {
    while (Atomics.load(this.#words, REACHED) === 0 && Atomics.load(this.#words, PAST) === 0);
  }

  /** Does that in a thread of its own, for one that blocks. Returns what ends it. */
  letGoOnElsewhere({ next }: Fate): () => Promise<void> {
    if (next === undefined) return () => Promise.resolve();
    const thread = new Worker(new URL('fixtures/let-go-on.mjs', import.meta.url), {
      workerData: { words: this.#words, signal: next },
      execArgv: [],
    });
    const exit = once(thread, 'exit');
    return async () => {
      Atomics.store(this.#words, OVER, 1);
      await exit;
    };
  }

  close(): void {
    this.memory.close();
  }
}

async function ticks(): Promise<void> {
  for (let i = 0; i < TICKS; i++) await new Promise((resolve) => setTimeout(resolve, 5));
}
