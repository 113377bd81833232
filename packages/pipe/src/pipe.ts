import { checkNumber, checkOptions, RING_FIRST_BYTES, RING_MAX_BYTES } from '@multiprocess/shared-memory';
import { Connection } from './connection/connection.js';
import { EndLease } from './leases/end-lease.js';
import { PipeSegment } from './words/pipe-segment.js';

/** What to make a pipe with. */
export interface PipeOptions {
  /**
   * Bytes of messages that fit into each direction before `send` waits; rounded up to a power of two, from 16 KiB on.
   * Default: 1 MiB. Memory is taken when it is needed. A message that is larger gets the room that it needs.
   */
  readonly capacity?: number | undefined;
}

const DEFAULT_CAPACITY = 2 ** 20;

/**
 * Makes pipes: two connections each.
 *
 * @example
 * ```ts source="./pipe.examples.ts#duplex"
 * const [here, there] = Pipe.duplex();
 * // Give `there` to another process: as an argument, in a message, or by its handle.
 * await here.send({ question: 'how many?' });
 * console.log(await there.recv());
 * await there.send(42);
 * console.log(await here.recv({ timeout: 1000 }));
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Pipe | Python's Pipe}
 */
export const Pipe = {
  /**
   * Two connections that both send and receive.
   *
   * @typeParam Send what the first sends and the second receives
   * @typeParam Receive what the second sends and the first receives
   * @throws {@link TypeError} or {@link RangeError} if `capacity` is not a number, or out of range.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  duplex<Send = unknown, Receive = Send>(
    options: PipeOptions = {},
  ): [Connection<Send, Receive>, Connection<Receive, Send>] {
    return make(2, options);
  },

  /** A connection that receives, and one that sends to it. Throws what {@link Pipe.duplex} throws. */
  simplex<T = unknown>(options: PipeOptions = {}): [receiver: Connection<never, T>, sender: Connection<T, never>] {
    return make(1, options);
  },
} as const;

function make<S, R>(rings: 1 | 2, options: PipeOptions): [Connection<S, R>, Connection<R, S>] {
  const pipe = PipeSegment.create(rings, checkCapacity(options));
  return [new Connection(EndLease.first(pipe, 0)), new Connection(EndLease.first(pipe, 1))];
}

function checkCapacity(options: PipeOptions): number {
  const { capacity = DEFAULT_CAPACITY } = checkOptions(options, '{ capacity: 65536 }', ['capacity']);
  checkNumber('capacity', capacity, { min: 1, max: RING_MAX_BYTES, unit: 'bytes' });
  return Math.max(RING_FIRST_BYTES, 2 ** Math.ceil(Math.log2(capacity)));
}
