import { Pool } from '@multiprocess/pool';
import type { CloseOptions, PoolOptions, PoolStats } from '@multiprocess/pool';
import { argumentError, checkOneOf, functionOf, listOf } from '@multiprocess/shared-memory';
import type { Call } from './call.js';
import { GIVEN_UP } from './call.js';
import { waitOf } from './arguments.js';
import { ManagedPoolResult } from './managed-pool-result.js';
import { ManagedIterator } from './managed-iterator.js';
import { OperationObject } from './operation-object.js';

// A pool that no client and no other object refers to takes no more tasks, and its workers end.
const unused = new FinalizationRegistry<Pool>((pool) => {
  pool.close();
});

interface Options {
  readonly chunksize?: number;
  readonly window?: number;
  readonly timeout?: number | null;
  readonly priority?: number;
}

/** A pool whose workers are children of the server. Its clients share them; a task ends with the call that awaits it. */
export class ManagedPool extends OperationObject {
  readonly proxy = 'PoolProxy';
  readonly #pool: Pool;

  constructor(options: PoolOptions) {
    super();
    this.#pool = new Pool(options);
    unused.register(this, this.#pool);
  }

  protected readonly operations = {
    apply: (call: Call, fn: unknown, args: unknown, options: unknown) => {
      const terms = termsOf(options);
      return whileWanted(call, (signal) =>
        this.#pool.apply(functionOf('fn', fn), listOf('args', args), { ...terms, signal }),
      );
    },
    map: (call: Call, fn: unknown, inputs: unknown, options: unknown) =>
      whileWanted(call, (signal) =>
        this.#pool.map(functionOf('fn', fn), listOf('inputs', inputs), { ...chunksOf(options), signal }),
      ),
    starmap: (call: Call, fn: unknown, inputs: unknown, options: unknown) =>
      whileWanted(call, (signal) =>
        this.#pool.starmap(functionOf('fn', fn), rowsOf(inputs), { ...chunksOf(options), signal }),
      ),
    join: (call: Call, timeout: unknown) =>
      whileWanted(call, (signal) => this.#pool.join({ timeout: waitOf(timeout) ?? Infinity, signal })),
    shutdown: (_: Call, options: unknown) => {
      this.#pool.close(options as CloseOptions | undefined);
    },
    terminate: () => {
      this.#pool.terminate();
    },
    size: () => this.#pool.size,
    stats: () => plainStats(this.#pool.stats()),
  };

  /** Begins a task or a map whose result is asked for later. */
  begin(form: unknown, fn: unknown, input: unknown, options: unknown): ManagedPoolResult {
    switch (checkOneOf('form', form, ['apply', 'map', 'starmap'])) {
      case 'apply':
        return new ManagedPoolResult(
          this.#pool.applyAsync(functionOf('fn', fn), listOf('input', input), termsOf(options)),
        );
      case 'map':
        return new ManagedPoolResult(
          this.#pool.mapAsync(functionOf('fn', fn), listOf('input', input), chunksOf(options)),
        );
      case 'starmap':
        return new ManagedPoolResult(this.#pool.starmapAsync(functionOf('fn', fn), rowsOf(input), chunksOf(options)));
    }
  }

  /** Begins a map whose results are asked for one by one. */
  iterate(order: unknown, fn: unknown, inputs: unknown, options: unknown): ManagedIterator {
    const plan = { ...chunksOf(options), window: (options as Options | undefined)?.window };
    const results =
      order === 'ordered'
        ? this.#pool.imap(functionOf('fn', fn), listOf('inputs', inputs), plan)
        : this.#pool.imapUnordered(functionOf('fn', fn), listOf('inputs', inputs), plan);
    return new ManagedIterator(results);
  }
}

/** @throws {@link TypeError} if it is not a pool of this server. */
export function poolOf(value: unknown): ManagedPool {
  if (value instanceof ManagedPool) return value;
  throw argumentError('pool', 'a pool of this manager', value);
}

/** Runs it until it is done, the call is cancelled, or the client ends. */
async function whileWanted(call: Call, run: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  const controller = new AbortController();
  call.giveUp = () => {
    controller.abort(GIVEN_UP);
  };
  try {
    return await run(controller.signal);
  } catch (error) {
    if (error === GIVEN_UP) return GIVEN_UP;
    throw error;
  } finally {
    call.giveUp = undefined;
  }
}

function termsOf(options: unknown): { timeout: number; priority: number | undefined } {
  const { timeout, priority } = (options ?? {}) as Options;
  return { timeout: waitOf(timeout) ?? Infinity, priority };
}

function chunksOf(options: unknown): ReturnType<typeof termsOf> & { chunksize: number | undefined } {
  return { ...termsOf(options), chunksize: (options as Options | undefined)?.chunksize };
}

function rowsOf(inputs: unknown): unknown[][] {
  return listOf('inputs', inputs).map((row) => listOf('each of inputs', row));
}

/** Without the histograms, which cannot be sent. */
function plainStats({ workers, busy, replaced, queued, running, completed, failed, utilization }: PoolStats): object {
  return { workers, busy, replaced, queued, running, completed, failed, utilization };
}
