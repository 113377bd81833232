import type { Form } from './messages.mjs';

/**
 * What the contenders of the questions about queues and pipes are asked: how many messages pass in one direction, or there
 * and back one at a time, or there and back with several in flight; how late timers fire where messages arrive; how much
 * memory both sides had at most.
 */
export interface QueueRequest {
  readonly op: 'throughput' | 'trips' | 'flight' | 'timers' | 'memory';
  readonly form: Form;
  /** How long a round is to take; of `memory`, it is `count` messages. */
  readonly ms: number;
  readonly count?: number;
}

/** What their other side is asked: how many messages to receive, and in `trips` to send back. */
export interface OtherSideRequest {
  readonly op: 'throughput' | 'trips' | 'timers';
  readonly form: Form;
  readonly count: number;
  /** Of trips: how many messages are on their way at the same time. */
  readonly inFlight: number;
}

/** What the other side has to say when it has received all. */
export interface Received {
  /** When that was, in nanoseconds. */
  readonly end: number;
  /** How late timers were meanwhile, in milliseconds, if that was asked. */
  readonly late: readonly number[];
  /** The most memory it ever had, in KiB; 0 if it is a thread of the process that asks. */
  readonly rss: number;
}
