import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connect } from '@multiprocess/redis';
import { EngineConnectionError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { RedisServer } from '../helpers/servers/redis-server.js';
import { freePort } from '../helpers/servers/free-port.js';
import { until } from '../helpers/until.js';
import { findServer } from '../tools/redis-servers.mjs';
import { openStore } from './stores.js';

// For tests only: made for localhost and 127.0.0.1 by openssl, and trusted nowhere.
const file = (name: string): string => fileURLToPath(new URL(`../manager/fixtures/tls/${name}`, import.meta.url));
const ca = readFileSync(file('cert.pem'), 'utf8');

describe('over TLS, Redis', () => {
  const program = findServer('redis');
  test.skipIf(program === undefined)('both connections are made, and the server is checked', async () => {
    const port = await freePort();
    const server = await RedisServer.start(program!, {
      settings: [
        ...['--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...[
          '--tls-cert-file',
          file('cert.pem'),
          '--tls-key-file',
          file('key.pem'),
          '--tls-ca-cert-file',
          file('cert.pem'),
        ],
      ],
    });
    const url = `rediss://127.0.0.1:${port}`;
    await expect(connect(url)).rejects.toThrow(/self-signed certificate/);
    await expect(connect(url)).rejects.toThrow(EngineConnectionError);
    const store = await openStore(url, { tls: { ca }, lease: 15_000 });
    expect(store.address).toBe(`${url}/0`);
    const guard = await store.lock({ name: 'l' }).hold();
    const lease = async (): Promise<number> => {
      const [, end = '0'] = (await server.command('ZRANGE', 'mp:sessions', '0', '0', 'WITHSCORES')) as string[];
      return Number(end);
    };
    const first = await lease();
    await until(async () => (await lease()) > first); // the worker thread has renewed it
    expect(guard.signal.aborted).toBe(false);
    await guard.release();
  });
});
