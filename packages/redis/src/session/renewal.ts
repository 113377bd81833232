import type { Endpoint } from '../link/endpoint.js';

export const NANOSECONDS_PER_MS = 1e6;

/**
 * How much of a lease its holder counts on. What is held is given up here before the server can give it to others, also where the event
 * loop comes to it somewhat late.
 */
export const TRUSTED_SHARE = 0.9;

/** What the worker thread renews, and where. */
export interface Renewal {
  readonly session: string;
  readonly endpoint: Endpoint;
}

/** What it is started with. */
export interface RenewalStart extends Renewal {
  /** ms */
  readonly lease: number;
  /** When the lease is over, in nanoseconds on the clock that all threads share. */
  readonly end: BigInt64Array;
  /** The source of the script that renews and sweeps. */
  readonly script: string;
}
