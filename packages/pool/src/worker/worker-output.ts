import type { Writable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';

/** Flags of modules that are loaded before the program, and may have printed something. */
const PRELOADS = /(^|\s)(-r|--require|--import|--loader|--experimental-loader)(\s|=|$)/;

/**
 * What a worker prints, as far as it has not been written. Into a pipe whose reader is slow Node writes when the event loop
 * has its turn, and what waits for that goes with the process. A thread of this toolkit writes at once.
 */
export class WorkerOutput {
  readonly #streams = new Set<Writable>();

  constructor() {
    if (!isMainThread) return;
    // Node makes a stream when it is asked for, which takes milliseconds: not before somebody wants it, unless it may be there.
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

  /** Whether something has been printed that would be lost if the process ended now. */
  get isPending(): boolean {
    for (const stream of this.#streams) if (isPending(stream)) return true;
    return false;
  }

  /** Waits until that is not so. */
  async drained(): Promise<void> {
    for (const stream of this.#streams) {
      // An empty write is done when all before it are; where that fails, nothing can be lost any more.
      if (isPending(stream)) await new Promise((resolve) => stream.write('', resolve));
    }
  }
}

function isPending({ writableLength, destroyed, writable }: Writable): boolean {
  return writableLength > 0 && writable && !destroyed;
}
