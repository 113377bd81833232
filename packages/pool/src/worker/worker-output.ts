import type { Writable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';

/** Flags for modules that are loaded before the program and may print. */
const PRELOADS = /(^|\s)(-r|--require|--import|--loader|--experimental-loader)(\s|=|$)/;

/**
 * The output of a worker that Node has not written yet. Node writes to a full pipe from the event loop, and loses the rest when
 * the process ends. A thread of this toolkit writes at once.
 */
export class WorkerOutput {
  readonly #streams = new Set<Writable>();

  constructor() {
    if (!isMainThread) return;
    // Node creates a stream at the first access, which takes milliseconds. So only streams that may exist are accessed.
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
      // An empty write ends after all writes before it. If it fails, the stream is broken and nothing more can be written.
      if (isPending(stream)) await new Promise((resolve) => stream.write('', resolve));
    }
  }
}

function isPending({ writableLength, destroyed, writable }: Writable): boolean {
  return writableLength > 0 && writable && !destroyed;
}
