import { checkConnectOptions } from './store/connect-options.js';
import type { ConnectOptions } from './store/connect-options.js';
import { newStore, remember } from './store/known-stores.js';
import { RedisStore } from './redis-store.js';

/**
 * Connects to Redis 7.0 or newer, or to Valkey.
 *
 * @param url like `redis://user:password@host:6379/0`, or `rediss:` for TLS. Default: the environment variable `MULTIPROCESS_REDIS_URL`
 * @throws {@link EngineConnectionError} if the server cannot be reached.
 * @throws {@link EngineConfigError} if it is too old, in cluster mode, or may evict keys.
 * @throws {@link AuthenticationError} if it refuses the credentials.
 */
export async function connect(url?: string, options: ConnectOptions = {}): Promise<RedisStore> {
  const core = newStore(checkConnectOptions(url, options));
  await core.session.start();
  remember(core);
  return new RedisStore(core);
}
