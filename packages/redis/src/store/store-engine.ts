import type { Endpoint } from '../link/endpoint.js';
import type { SentinelOptions } from '../link/sentinel.js';
import type { RedisSerializer } from './codec.js';

/** The server behind a store, for another client, and how values are written there. */
export interface StoreEngine {
  /** Where it is; with Sentinel, the credentials, TLS and database of whichever server that names. */
  readonly endpoint: Endpoint;
  readonly sentinel: SentinelOptions | undefined;
  /** Before all keys, without the colon. */
  readonly prefix: string;
  readonly serializer: RedisSerializer;
}
