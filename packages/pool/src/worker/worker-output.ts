import type { Writable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';

/** Flags for modules that are loaded before the program and may print. */
const PRELOADS = /(^|\s)(-r|--require|--import|--loader|--experimental-loader)(\s|=|$)/;

/**
 * What a worker has printed and Node has not written yet. To a full pipe Node writes from the event loop, and loses the rest
 * when the process ends. A thread of this toolkit writes at once.
 */
export class WorkerOutput {
  readonly #streams = new Set<Writable>();

  constructor() {
    if (!isMainThread) return;
    // Node makes a stream when it is first asked for, which takes milliseconds. So only streams that may exist are asked for.
    const mayBeThere = PRELOADS.test(`${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`);
    for (const name of ['stdout', 'stderr'] as const) this.#note(name, mayBeThere);
  }

  #note(name: 'stdout' | 'stderr', mayBeThere: boolean): void {
    const nodes = Object.getOwnPropertyDescriptor(process, name);
    if (nodes?.get === undefined) return;
    const makeStream = nodes.get.bind(process) as () => Writable;
    const get = (): Writable => {
      const stream = makeStream();
      this.#streams.add(stream);
      return stream;
    };
    Object.defineProperty(process, name, { ...nodes, get });
    if (mayBeThere) get();
  }

  /** Whether output would be lost if the process ended now. */
  get isPending(): boolean {
    for (const stream of this.#streams) if (isPending(stream)) return true;
    return false;
  }

  /** Waits until no output is pending. */
  async drained(): Promise<void> {
    for (const stream of this.#streams) {
      // An empty write is done after all before it. If it fails, the stream is broken, and nothing more can be written.
      if (isPending(stream)) await new Promise((resolve) => stream.write('', resolve));
    }
  }
}

function isPending({ writableLength, destroyed, writable }: Writable): boolean {
  return writableLength > 0 && writable && !destroyed;
}
