import type { Client } from './client.js';

/** Where a proxy leads. */
export interface Target {
  readonly client: Client;
  readonly object: number;
}
