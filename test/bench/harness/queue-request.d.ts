import type { Form } from './messages.mjs';

/** What the contenders of both questions about queues are asked: how many pass in one direction, or there and back. */
export interface QueueRequest {
  readonly op: 'throughput' | 'trips';
  readonly form: Form;
  readonly ms: number;
}

/** What their other side is asked: how many messages to receive, and in `trips` to send back. */
export interface OtherSideRequest {
  readonly op: 'throughput' | 'trips';
  readonly form: Form;
  readonly count: number;
}
