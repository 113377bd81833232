import { serializeThrown, shieldFromGroup, task } from '@multiprocess/process';
import { decode, importedFunction, importNeeded } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import {
  clock,
  isThenable,
  lookWhileHot,
  RingItem,
  runAtOnce,
  SpinBudget,
  WaitQueue,
  waitSync,
} from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';
import { Channel } from '../wire/channel.js';
import { isBlock } from '../wire/item-block.js';
import {
  ATTEMPT,
  BROKEN,
  CHUNK,
  DEFINE,
  EACH,
  FLAGS,
  FORGET,
  FUNCTION,
  ID,
  KIND,
  READY,
  REPORTS,
  SLOT,
  SPREAD,
  STOPPABLE,
  TASK_HEADER_BYTES,
} from '../wire/messages.js';
import type { Body } from '../wire/messages.js';
import { Reporter } from './reporter.js';
import { Results } from '../wire/results.js';
import { inputNoter, runChunk, runEach, spreading } from './run-chunk.js';
import { beginTask, endTask, RunningTask } from './running-task.js';
import './call-export.js'; // registers its task
import { WORKER_MODULE } from './worker-module.js';
import { WorkerOutput } from './worker-output.js';
import { WorkerFunctions } from './worker-functions.js';

/** What a worker is started with. */
interface WorkerStart {
  /** Its number among the workers of its pool. */
  readonly number: number;
  readonly channel: string;
  readonly results: string;
  readonly initializer: AnyFunction | undefined;
  readonly initargs: readonly unknown[];
}

/** How many tasks are taken from the ring at a time. The pool can still take back those that have not begun. */
const BATCH = 64;
/** After so long the event loop gets a turn: tasks that never wait would starve timers and sockets. */
const MAX_TURN_MS = 10;
/**
 * How long an idle worker spins before it sleeps: as long as a sleeping pool takes to wake up and send the next task. If both
 * sides slept each time, each task would cost two wake-ups.
 */
const MAX_SPIN_MICROS = 200;
/** How long it spins at a time, to notice when it has lost the processor to other threads. */
const GLANCE_MICROS = 20;
const SHORT_SLEEP_MS = 1;

/** The target of a worker process. It ends when the pool shuts the ring of the worker. */
export const poolWorker = task(
  WORKER_MODULE,
  'poolWorker',
  async function poolWorker(start: WorkerStart): Promise<void> {
    shieldFromGroup();
    const output = new WorkerOutput();
    const channel = Channel.take(start.channel);
    const results = Results.attach(start.results);
    const reporter = new Reporter(results);
    try {
      if (start.initializer !== undefined) {
        const initializer = await importedFunction(start.initializer);
        await Reflect.apply(initializer, undefined, start.initargs);
      }
    } catch (error) {
      await reporter.send(BROKEN, start.number, 0, serializeThrown(error));
      process.exit(1);
    }
    await reporter.send(READY, start.number, 0, new Uint8Array(0));
    await new Worker(channel, reporter, output).serve();
    await output.drained();
    // Exits although tasks may have left timers and sockets behind.
    process.exit();
  },
);

class Worker {
  readonly #channel: Channel;
  readonly #reporter: Reporter;
  readonly #output: WorkerOutput;
  readonly #functions = new WorkerFunctions();
  readonly #budget = new SpinBudget(MAX_SPIN_MICROS, SHORT_SLEEP_MS);
  #lastTurn = clock.now();
  /** Taken from the ring and not yet handled. */
  #items: readonly RingItem[] = [];

  constructor(channel: Channel, reporter: Reporter, output: WorkerOutput) {
    this.#channel = channel;
    this.#reporter = reporter;
    this.#output = output;
  }

  async serve(): Promise<void> {
    const { parker } = this.#channel;
    const waitQueue = new WaitQueue(parker);
    for (;;) {
      let taken = runAtOnce(parker, this.#taking());
      if (taken === undefined && isIdle()) taken = this.#await();
      if (taken === undefined) {
        taken = await waitQueue.wait(() => this.#taking(), Infinity);
        this.#lastTurn = clock.now();
      }
      if (taken === 'shut') return;
      const items = this.#items;
      this.#items = [];
      for (const item of items) {
        const pending = this.#handle(item);
        if (pending !== undefined) await pending;
        if (clock.now() - this.#lastTurn > MAX_TURN_MS) await this.#turn();
      }
    }
  }

  /** Takes copies of the messages: the ring may overwrite them before they are handled. */
  #taking(): Coroutine<number | 'shut'> {
    return this.#channel.ring.reader.gettingMany(BATCH, (items) => {
      this.#items = RingItem.copyAll(items);
      return false;
    });
  }

  /** Blocks until there is something to take, at most {@link MAX_TURN_MS}: spins, then sleeps. */
  #await(): number | 'shut' | undefined {
    const { parker, ring } = this.#channel;
    if (lookWhileHot(ring.reader, parker, this.#budget, GLANCE_MICROS)) return runAtOnce(parker, this.#taking());
    const begun = clock.now();
    const taken = waitSync(parker, this.#taking(), MAX_TURN_MS);
    this.#budget.learn(clock.now() - begun);
    return taken;
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      clock.setImmediate(() => {
        this.#lastTurn = clock.now();
        resolve();
      });
    });
  }

  #handle({ bytes, owned }: RingItem): Promise<void> | undefined {
    if (bytes.byteLength < TASK_HEADER_BYTES) return undefined;
    const header = new Int32Array(bytes.buffer, bytes.byteOffset, TASK_HEADER_BYTES >> 2);
    const body = bytes.subarray(TASK_HEADER_BYTES);
    switch (header[KIND]) {
      case DEFINE:
        this.#functions.define(header[FUNCTION]!, body);
        return undefined;
      case FORGET:
        this.#functions.forget();
        return undefined;
      default:
        return this.#run(header, { bytes: body, owned });
    }
  }

  #run(header: Int32Array, body: Body): Promise<void> | undefined {
    const flags = header[FLAGS]!;
    const attempt = header[ATTEMPT]!;
    const stoppable = (flags & STOPPABLE) !== 0;
    if (stoppable) this.#channel.noteTime();
    if (!this.#channel.claim(header[SLOT]!, attempt)) return undefined;
    const id = header[ID]! >>> 0;
    const start = clock.now();
    const running = (flags & (STOPPABLE | REPORTS)) === 0 ? undefined : this.#running(id, attempt, flags);
    if (running !== undefined) beginTask(running);
    try {
      const fn = this.#functions.known(header[FUNCTION]!);
      const needed = importNeeded(body.bytes);
      const result =
        fn === undefined || needed !== undefined
          ? this.#loadThenCall(header, body.bytes.slice(), needed)
          : this.#call(fn, header, body);
      if (!isThenable(result)) return this.#done(id, start, result);
      if (stoppable) running?.watch();
      return this.#settle(id, start, result);
    } catch (error) {
      return this.#failed(id, start, error);
    }
  }

  #running(id: number, attempt: number, flags: number): RunningTask {
    const report = (value: unknown): void => {
      this.#reporter.progress(id, value);
    };
    return new RunningTask(this.#channel, attempt, (flags & REPORTS) === 0 ? undefined : report);
  }

  async #loadThenCall(header: Int32Array, bytes: Body['bytes'], needed: Promise<void> | undefined): Promise<unknown> {
    header = header.slice(); // the ring may overwrite it
    const fn = await this.#functions.load(header[FUNCTION]!);
    await needed;
    return this.#call(fn, header, { bytes, owned: true });
  }

  #call(fn: AnyFunction, header: Int32Array, { bytes, owned }: Body): unknown {
    const flags = header[FLAGS]!;
    const input = decode(bytes, { owned });
    if (header[KIND] !== CHUNK) return Reflect.apply(fn, undefined, input as readonly never[]) as unknown;
    const items = isBlock(input) ? input : [];
    const call = (flags & SPREAD) === 0 ? (fn as (item: unknown) => unknown) : spreading(fn);
    const onInput = inputNoter(this.#channel, (flags & STOPPABLE) === 0 ? undefined : header[ATTEMPT]);
    return (flags & EACH) === 0 ? runChunk(onInput, items, call) : runEach(onInput, items, call);
  }

  async #settle(id: number, start: number, result: PromiseLike<unknown>): Promise<void> {
    let value: unknown;
    try {
      value = await result;
    } catch (error) {
      return this.#failed(id, start, error);
    }
    return this.#done(id, start, value);
  }

  #done(id: number, start: number, value: unknown): Promise<void> | undefined {
    endTask();
    const micros = microsSince(start);
    return this.#report(() => this.#reporter.value(id, micros, value));
  }

  #failed(id: number, start: number, error: unknown): Promise<void> | undefined {
    endTask();
    const micros = microsSince(start);
    return this.#report(() => this.#reporter.error(id, micros, error));
  }

  /** Reports after the task's output is written: once its result is there, this process may be killed at any moment. */
  #report(report: () => Promise<void> | undefined): Promise<void> | undefined {
    return this.#output.isPending ? this.#output.drained().then(report) : report();
  }
}

/**
 * Whether the event loop has nothing to wait for. Then the thread may block for a moment: a wake-up through a futex takes
 * half as long as one through the loop.
 */
function isIdle(): boolean {
  return process.getActiveResourcesInfo().length === 0;
}

function microsSince(start: number): number {
  return Math.min(2 ** 31 - 1, (clock.now() - start) * 1000) | 0;
}
