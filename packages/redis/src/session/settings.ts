import type { Endpoint } from '../link/endpoint.js';

/** What a session is made with. */
export interface SessionSettings {
  readonly endpoint: () => Promise<Endpoint>;
  /** Before all keys; ends with a colon. */
  readonly prefix: string;
  /** ms */
  readonly lease: number;
  /** ms */
  readonly grace: number;
  /** ms for which calls wait for a server that has gone. */
  readonly reconnectTimeout: number;
  /** How many replicas must have a change before its call returns. */
  readonly minReplicas: number;
}
