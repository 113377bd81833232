import { RedisStore } from '@multiprocess/redis';
import type { Redis } from 'ioredis';

// BullMQ takes a client of ioredis or of @redis/client. Of ioredis, commands that a cut connection left unanswered are sent again, which BullMQ relies
// on; and it knows Sentinel by itself.

/** What BullMQ finds a queue by. */
export interface BullPlace {
  readonly queue: string;
  readonly prefix: string;
}

/** The prefix of `connect()` unless another is given. */
const OUR_PREFIX = 'mp';
/** BullMQ's own, where dashboards look. */
const BULL_PREFIX = 'bull';

const LONGEST_PAUSE_MS = 1000;

/**
 * Where the jobs of a store's queue are. Stores with different prefixes have nothing in common, so neither may their jobs.
 */
export function bullPlace(store: RedisStore, queue: string): BullPlace {
  const { prefix } = RedisStore.engineOf(store);
  return { queue, prefix: prefix === OUR_PREFIX ? BULL_PREFIX : `${prefix}:${BULL_PREFIX}` };
}

/** Options of a client for BullMQ, to the server of a store. It connects by itself, for as long as it takes. */
export type BullClientOptions = ReturnType<typeof bullClientOptions>;

/** A client for BullMQ, of that class, to the server of the store. */
export function newBullClient<T extends Redis>(store: RedisStore, Client: new (options: BullClientOptions) => T): T {
  const client = new Client(bullClientOptions(store));
  client.on('error', () => undefined); // the store tells of a server that is gone, in its time
  return client;
}

function bullClientOptions(store: RedisStore) {
  const { endpoint, sentinel } = RedisStore.engineOf(store);
  const { host, port, database, username, password, tls } = endpoint;
  const credentials = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
  return {
    ...(sentinel === undefined
      ? { host, port, ...(tls !== undefined && { tls }) }
      : {
          sentinels: [...sentinel.nodes],
          name: sentinel.name,
          ...(sentinel.username !== undefined && { sentinelUsername: sentinel.username }),
          ...(sentinel.password !== undefined && { sentinelPassword: sentinel.password }),
          ...(tls !== undefined && { tls }),
        }),
    ...credentials,
    db: database,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * 50, LONGEST_PAUSE_MS),
  };
}
