import { clock, EngineConnectionError, LongTimer } from '@multiprocess/shared-memory';
import type { Endpoint } from './endpoint.js';
import { Wire } from './wire.js';

const PATIENCE_MS = 1000;

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

/** Where the master is now; the rest as in `endpoint`. @throws {EngineConnectionError} If no Sentinel knows. */
export async function masterOf(sentinel: SentinelOptions, endpoint: Endpoint): Promise<Endpoint> {
  const { name, nodes, username, password } = sentinel;
  const failures: unknown[] = [];
  for (const { host, port } of nodes) {
    const sentinelPlace = { host, port, database: 0, username, password, tls: undefined };
    const wire = new Wire(sentinelPlace, clock.setImmediate);
    const timer = new LongTimer(PATIENCE_MS, () => wire.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
    try {
      await wire.greet(sentinelPlace);
      const found = await wire.ask(['SENTINEL', 'get-master-addr-by-name', name]);
      if (Array.isArray(found)) return { ...endpoint, host: String(found[0]), port: Number(found[1]) };
      failures.push(new Error(`${host}:${port} knows no master named ${name}`));
    } catch (error) {
      failures.push(error);
    } finally {
      timer.cancel();
      wire.destroy();
    }
  }
  throw new EngineConnectionError(`No Sentinel tells where the master ${JSON.stringify(name)} is`, {
    cause: failures.at(-1),
  });
}
