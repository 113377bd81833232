import { checkInteger, checkNumber, NAME_OPTIONS, RING_FIRST_BYTES, RING_MAX_BYTES } from '@multiprocess/shared-memory';
import type { NameOptions, RingLimits } from '@multiprocess/shared-memory';

/** What to make a {@link Queue} with. */
export interface QueueOptions extends NameOptions {
  /** The maximum number of items. Default: 0, no limit but memory. */
  readonly maxsize?: number | undefined;
  /**
   * Bytes that the items may take together, 16 KiB to 1 GiB, rounded down to a power of two. Memory is taken when it is
   * needed and given back when the backlog is gone. At the limit, `put` waits. Default: 1 GiB.
   */
  readonly memory?: number | undefined;
}

/** How to shut a queue down. */
export interface ShutdownOptions {
  /** Discards the items in the queue. Default: false, consumers can still take them. */
  readonly immediate?: boolean | undefined;
}

/** The names of the options of a queue. */
export const QUEUE_OPTIONS = [...NAME_OPTIONS, 'maxsize', 'memory'] as const;

const MAX_ITEMS = 2 ** 31 - 1;

/** The options, checked. @throws {@link TypeError} or {@link RangeError} if one has the wrong type, or is out of range. */
export function checkLimits(options: QueueOptions): RingLimits {
  const { maxsize = 0, memory = RING_MAX_BYTES } = options;
  checkInteger('maxsize', maxsize, { max: MAX_ITEMS, unit: 'items' });
  checkNumber('memory', memory, { min: RING_FIRST_BYTES, max: RING_MAX_BYTES, unit: 'bytes' });
  return { maxItems: maxsize, maxBytes: 2 ** Math.floor(Math.log2(memory)) };
}
