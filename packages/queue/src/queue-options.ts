import { RING_FIRST_BYTES, RING_MAX_BYTES } from '@multiprocess/shared-memory';
import type { NameOptions, RingLimits } from '@multiprocess/shared-memory';

/** What to make a {@link Queue} with. */
export interface QueueOptions extends NameOptions {
  /** The most items at a time. Default: 0, as many as there is memory for. */
  readonly maxsize?: number | undefined;
  /**
   * Bytes that the items may take together, 16 KiB to 1 GiB, rounded down to a power of two. Memory is taken when it is
   * needed and given back when the backlog is gone. At the limit, `put` waits. Default: 1 GiB.
   */
  readonly memory?: number | undefined;
}

/** How to shut a queue down. */
export interface ShutdownOptions {
  /** Throw away what is in the queue. Default: false, consumers take it first. */
  readonly immediate?: boolean | undefined;
}

const MAX_ITEMS = 2 ** 31 - 1;

/**
 * The options, checked.
 *
 * @throws {RangeError} If one is out of range.
 */
export function checkLimits(options: QueueOptions): RingLimits {
  const { maxsize = 0, memory = RING_MAX_BYTES } = options;
  if (!Number.isInteger(maxsize) || maxsize < 0 || maxsize > MAX_ITEMS) {
    throw new RangeError(`maxsize must be a whole number of items, 0 for any number, received ${String(maxsize)}`);
  }
  if (!Number.isFinite(memory) || memory < RING_FIRST_BYTES || memory > RING_MAX_BYTES) {
    throw new RangeError(`memory must be ${RING_FIRST_BYTES} to ${RING_MAX_BYTES} bytes, received ${String(memory)}`);
  }
  return { maxItems: maxsize, maxBytes: 2 ** Math.floor(Math.log2(memory)) };
}
