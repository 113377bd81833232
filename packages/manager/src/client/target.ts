import type { ManagerClient } from './manager-client.js';

/** Where a proxy leads. */
export interface Target {
  readonly client: ManagerClient;
  readonly object: number;
}
