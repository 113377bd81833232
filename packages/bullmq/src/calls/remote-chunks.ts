import { cancelledError, failure } from '@multiprocess/pool';
import type { ChunkEnding, ChunkRunner, ResultThunk, SubmittedChunk } from '@multiprocess/pool';
import type { PoolCore } from '../caller/pool-core.js';
import { decoded } from '../wire/codec.js';
import type { InputOutcome } from '../wire/report.js';
import { newStopEvent } from './stop-event.js';
import type { StopEvent } from './stop-event.js';

/** What the chunks of an imap have in common. */
interface ChunksPlan {
  readonly name: string;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** Runs the chunks of an imap on other hosts, each as one job. */
export class RemoteChunks implements ChunkRunner {
  readonly #core: PoolCore;
  readonly #plan: ChunksPlan;
  readonly #stop: StopEvent;
  #isReading = false;
  #pending = 0;

  constructor(core: PoolCore, plan: ChunksPlan) {
    this.#core = core;
    this.#plan = plan;
    // The imap itself abandons the chunks.
    this.#stop = newStopEvent(core.store, plan.signal, () => undefined);
  }

  open(onRefusal: (newError: () => unknown) => void): () => void {
    const close = this.#core.sources.open(onRefusal);
    this.#isReading = true;
    return () => {
      close();
      this.#isReading = false;
      this.#endIfDone();
    };
  }

  /** What waits, waits in the server; the window limits it. */
  room(): undefined {
    return undefined;
  }

  submit(items: readonly unknown[], _firstInput: number, { deliver, reject }: ChunkEnding): SubmittedChunk {
    const core = this.#core;
    const { name, timeout } = this.#plan;
    const args = core.codec.encode(items);
    this.#pending++;
    const task = core.submit({
      ...{ name, kind: 'imap', args, stop: this.#stop.handle, timeout },
      ending: {
        resolve: (outcomes) => {
          this.#noteEnd();
          this.#resultsOf(outcomes, items.length).then(deliver, reject);
        },
        reject: (error) => {
          this.#noteEnd();
          reject(error);
        },
      },
    });
    const abandon = (reason: unknown): void => core.abandon(task, reason);
    return { cancel: () => abandon(cancelledError()), abandon };
  }

  #noteEnd(): void {
    this.#pending--;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (!this.#isReading && this.#pending === 0) this.#stop.end();
  }

  async #resultsOf(outcomes: unknown, count: number): Promise<readonly ResultThunk[]> {
    if (!isOutcomes(outcomes) || outcomes.length !== count) {
      throw new TypeError('An agent has returned something that is not the results of its chunk');
    }
    return Promise.all(
      outcomes.map(async ([value, thrown]) => {
        if (thrown === undefined) return () => value;
        return failure(await decoded(this.#core.codec, thrown));
      }),
    );
  }
}

function isOutcomes(value: unknown): value is readonly InputOutcome[] {
  return Array.isArray(value) && value.every((one) => Array.isArray(one));
}
