import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { importModule } from '@multiprocess/serialization';
import { isError } from '@multiprocess/shared-memory';
import type { Finding } from './finding.js';

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

const NAME = '@multiprocess/redis';

/**
 * The package for Redis: that of the program in the current folder, or else one beside this package. Most users of this one do not need it, so
 * it is not among the dependencies.
 *
 * @throws {@link Error} if it is not installed.
 */
export async function redisPackage(): Promise<RedisPackage> {
  const places = [path.join(process.cwd(), 'package.json'), import.meta.url];
  for (const place of places) {
    try {
      const file = createRequire(place).resolve(NAME);
      return (await importModule(pathToFileURL(file).href)) as unknown as RedisPackage;
    } catch (error) {
      if (!isError(error) || (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`--redis needs the package ${NAME}, which is not installed here: npm install ${NAME}`);
}
