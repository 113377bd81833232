import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 10_000;

/**
 * A port of loopback that nothing listens at, below those that the system gives to clients, so that none gets it while a server
 * that had it is being started again.
 */
export async function freePort(): Promise<number> {
  const firstOfClients = Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'));
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (firstOfClients - FIRST));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
