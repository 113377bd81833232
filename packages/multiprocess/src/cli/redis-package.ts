import type { Finding } from './finding.js';
import { optionalPackage } from './optional-package.js';

/** An object on a server of Redis, as its package lists it. */
export interface RemoteObject {
  readonly kind: string;
  readonly name: string | undefined;
  readonly items: number | undefined;
  readonly state: string | undefined;
  readonly holders: readonly string[];
  readonly waiters: readonly string[];
}

/** What the command line uses of that package. */
interface RedisPackage {
  examineServer(url: string, options?: { readonly prefix?: string }): Promise<Finding[]>;
  listObjects(url: string, options?: { readonly prefix?: string }): Promise<RemoteObject[]>;
}

/** The package for Redis. @throws {@link Error} if it is not installed. */
export async function redisPackage(): Promise<RedisPackage> {
  return (await optionalPackage('@multiprocess/redis', '--redis')) as unknown as RedisPackage;
}
