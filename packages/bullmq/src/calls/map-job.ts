import type { PoolCore } from '../caller/pool-core.js';
import type { Ending, RemoteTask } from '../caller/remote-task.js';
import { newStopEvent } from './stop-event.js';
import type { StopEvent } from './stop-event.js';

/**
 * Jobs of a map, if no chunk size is given. How many processes all agents have is not known, and changes. So there are enough for a hundred of them, and
 * chunks large enough that a job costs little for each input.
 */
const CHUNKS = 128;
/** … but not larger than this, so that no chunk takes very long. */
const MAX_INPUTS = 1000;

/** What a map is made of. */
interface MapPlan {
  readonly name: string;
  readonly kind: 'map' | 'starmap';
  readonly inputs: readonly unknown[];
  readonly chunksize: number | undefined;
  /** Milliseconds for each input. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/**
 * A map over many inputs: several jobs, whose results become one array. As in Python, all chunks are run even if one fails, and
 * the map then rejects with the first error that arrived.
 */
export class MapJob {
  readonly tasks: readonly RemoteTask[];
  readonly #plan: MapPlan;
  readonly #ending: Ending;
  readonly #values: unknown[];
  readonly #stop: StopEvent;
  #done = 0;
  #error: { readonly thrown: unknown } | undefined;

  /** @throws {@link SerializationError} if an input cannot be serialized. Nothing was submitted. */
  constructor(core: PoolCore, plan: MapPlan, ending: Ending) {
    const { name, kind, inputs, timeout, signal } = plan;
    this.#plan = plan;
    this.#ending = ending;
    this.#values = new Array<unknown>(inputs.length);
    const size = plan.chunksize ?? Math.min(MAX_INPUTS, Math.max(1, Math.ceil(inputs.length / CHUNKS)));
    const chunks: { start: number; count: number; args: Buffer }[] = [];
    for (let start = 0; start < inputs.length; start += size) {
      const items = inputs.slice(start, start + size);
      chunks.push({ start, count: items.length, args: core.codec.encode(items) });
    }
    this.#stop = newStopEvent(core.store, chunks.length > 0 ? signal : undefined, (reason) => {
      for (const task of this.tasks) core.abandon(task, reason);
    });
    const stop = this.#stop.handle;
    this.tasks = chunks.map(({ start, count, args }) =>
      core.submit({
        ...{ name, kind, args, stop, timeout },
        ending: {
          resolve: (values) => this.#noteResult(start, count, values),
          reject: (thrown) => {
            this.#error ??= { thrown };
            this.#noteEnd(count);
          },
        },
      }),
    );
    if (chunks.length === 0) ending.resolve([]);
  }

  #noteResult(start: number, count: number, values: unknown): void {
    if (Array.isArray(values) && values.length === count) {
      for (let i = 0; i < count; i++) this.#values[start + i] = values[i];
    } else {
      this.#error ??= { thrown: new TypeError('An agent has returned something that is not the results of its chunk') };
    }
    this.#noteEnd(count);
  }

  #noteEnd(count: number): void {
    this.#done += count;
    const { inputs, onProgress } = this.#plan;
    onProgress?.(this.#done, inputs.length);
    if (this.#done < inputs.length) return;
    this.#stop.end();
    if (this.#error === undefined) this.#ending.resolve(this.#values);
    else this.#ending.reject(this.#error.thrown);
  }
}
