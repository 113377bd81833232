import type { Endpoint } from '../link/endpoint.js';
import type { SentinelOptions } from '../link/sentinel.js';
import type { Contact } from '../session/session.js';
import type { RedisSerializer } from './codec.js';

/** The server behind a store, for another client, and how values are written there. */
export interface StoreEngine {
  /** Where it is; with Sentinel, the credentials, TLS and database of whichever server that names. */
  readonly endpoint: Endpoint;
  readonly sentinel: SentinelOptions | undefined;
  /** Before all keys, without the colon. */
  readonly prefix: string;
  readonly serializer: RedisSerializer;
  /** Whether it answers now; `given up` once it has been away for longer than `reconnectTimeout`, until it is back. */
  readonly contact: () => Contact;
}
