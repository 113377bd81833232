import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { ENDS_WITH_PARENT, ENGINES, findServer } from '../../tools/redis-servers.mjs';

/** The variable that tells contenders where the server is. */
const URL_VARIABLE = 'BENCH_REDIS_URL';

/** Why contenders on Redis cannot take part on this machine. */
export const noRedis = ENGINES.some(findServer)
  ? undefined
  : 'there is no redis-server: node test/tools/redis-servers.mjs fetches one';

/** @returns {string} where the server is that all contenders of a question share */
export function redisUrl() {
  const url = process.env[URL_VARIABLE];
  if (url === undefined) throw new Error(`${URL_VARIABLE} is not set: start this by npm run bench -- redis`);
  return url;
}

/**
 * Starts a server on loopback that keeps nothing on the disk, for all contenders of a question.
 *
 * @returns {Promise<{ env: Record<string, string>, end: () => Promise<void> }>}
 */
export async function redisStage() {
  const found = ENGINES.map(findServer).find((server) => server !== undefined);
  if (found === undefined) throw new Error(noRedis);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  await new Promise((resolve) => probe.close(resolve));
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const [command = '', ...args] = [...ENDS_WITH_PARENT, found.program, ...settings];
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...found.env } });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes('Ready to accept connections')) break;
  }
  server.stdout.resume();
  return {
    env: { [URL_VARIABLE]: `redis://127.0.0.1:${port}` },
    async end() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    },
  };
}
