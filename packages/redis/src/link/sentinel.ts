import { createClient } from '@redis/client';
import { EngineConnectionError } from '@multiprocess/shared-memory';
import type { Endpoint } from './endpoint.js';

/** Sentinels, which know the present master. */
export interface SentinelOptions {
  /** What the Sentinels call the master. */
  readonly name: string;
  /** Where they are. One that answers is enough. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** For the Sentinels themselves. Default: none. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Where the master is now; the rest as in `endpoint`. @throws {@link EngineConnectionError} if no Sentinel knows. */
export async function masterOf(sentinel: SentinelOptions, endpoint: Endpoint): Promise<Endpoint> {
  const { name, nodes, username, password } = sentinel;
  const failures: unknown[] = [];
  for (const { host, port } of nodes) {
    const client = createClient({
      socket: { host, port, reconnectStrategy: false, connectTimeout: 1000 },
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      disableClientInfo: true,
      maintNotifications: 'disabled',
      commandOptions: { timeout: 1000 },
    });
    client.on('error', () => undefined); // told by connect()
    try {
      await client.connect();
      const found: unknown = await client.sendCommand(['SENTINEL', 'get-master-addr-by-name', name]);
      if (Array.isArray(found)) return { ...endpoint, host: String(found[0]), port: Number(found[1]) };
      failures.push(new Error(`${host}:${port} knows no master named ${name}`));
    } catch (error) {
      failures.push(error);
    } finally {
      client.destroy();
    }
  }
  throw new EngineConnectionError(`No Sentinel tells where the master ${JSON.stringify(name)} is`, {
    cause: failures.at(-1),
  });
}
