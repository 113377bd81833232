import { connect } from '@multiprocess/redis';
import type { ConnectOptions, RedisStore } from '@multiprocess/redis';
import { onTestFinished } from 'vitest';

/** A store that is closed when the test ends. */
export async function openStore(url: string, options?: ConnectOptions): Promise<RedisStore> {
  const store = await connect(url, options);
  onTestFinished(() => store.close());
  return store;
}
