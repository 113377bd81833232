import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { root } from '../../tools/run.mjs';
import { startChild } from '../children.js';
import type { Child } from '../children.js';
import { isRunning } from '../is-running.js';
import { NetworkProxy } from './network-proxy.js';
import { describeEngines, RedisServer, sharedServers } from './redis-server.js';
import { until } from '../until.js';
import { sendCommand } from './command.js';

/** A run of its own, of test/fixtures/leaking. */
function runOf(env: NodeJS.ProcessEnv): Child {
  const config = path.join(root, 'test/fixtures/leaking/vitest.config.ts');
  const vitest = new URL('node_modules/vitest/vitest.mjs', pathToFileURL(`${root}/`));
  return startChild(vitest, { args: ['run', '--root', root, '--config', config], env, cwd: root });
}

describeEngines('a private server', (program) => {
  let killed: RedisServer;

  test('answers on loopback, and is 7.0 or newer', async () => {
    const server = (killed = await RedisServer.start(program));
    expect(await server.command('PING')).toBe('PONG');
    expect(Number(/^redis_version:(\d+)/m.exec(await server.info('server'))?.[1])).toBeGreaterThanOrEqual(7);
    expect(await server.command('CONFIG', 'GET', 'bind')).toEqual(['bind', '127.0.0.1']);
    await expect(server.command('NONSENSE')).rejects.toThrow(/^ERR unknown command/);
  });

  test('is dead when its test has ended', () => {
    expect(isRunning(killed.pid)).toBe(false);
  });

  test('ends when the runner of its test is killed', async () => {
    const run = runOf({ LEAK: 'server', LEAK_ENGINE: program.engine });
    const pid = Number(/server (\d+)/.exec(await run.line(/server \d+/))?.[1]);
    expect(isRunning(pid)).toBe(true);
    await run.kill();
    await until(() => !isRunning(pid));
  });

  test('that is persistent has all that it answered to after a kill, and one that loses its data has none', async () => {
    const server = await RedisServer.start(program, { persistent: true });
    const { pid, port } = server;
    await server.command('SET', 'key', 'a value of some bytes: ä');
    await server.restart({ data: 'kept' });
    expect([server.port, isRunning(pid)]).toEqual([port, false]);
    expect(Buffer.from(String(await server.command('GET', 'key')), 'latin1').toString()).toBe(
      'a value of some bytes: ä',
    );
    await server.restart({ data: 'lost' });
    expect(await server.command('GET', 'key')).toBeNull();
  });

  test('that is not persistent has forgotten everything when it is back', async () => {
    const server = await RedisServer.start(program);
    await server.command('SET', 'key', '1');
    await server.restart({ data: 'kept' });
    expect(await server.command('EXISTS', 'key')).toBe(0);
  });

  test('that is paused answers when it goes on', async () => {
    const server = await RedisServer.start(program);
    const proxy = await NetworkProxy.start(server.port);
    server.pause();
    const answer = sendCommand(proxy.port, ['PING']);
    await until(() => proxy.accepted === 1);
    server.resume();
    expect(await answer).toBe('PONG');
  });

  test('takes the settings that it is given', async () => {
    const server = await RedisServer.start(program, { settings: ['--maxmemory-policy', 'allkeys-lru'] });
    expect(await server.command('CONFIG', 'GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru']);
  });

  test('has a replica, which Sentinel makes the primary when it is told to', async () => {
    const primary = await RedisServer.start(program);
    const replica = await RedisServer.start(program, { replicaOf: primary });
    const sentinel = await RedisServer.startSentinel(program, primary);
    await primary.command('SET', 'key', 'kept');
    await until(async () => (await replica.command('GET', 'key')) === 'kept');
    await primary.kill();
    await sentinel.failOver();
    await until(() => replica.isPrimary());
    await until(async () => {
      const address = await sentinel.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'multiprocess');
      return Array.isArray(address) && address[1] === String(replica.port);
    });
    expect(await replica.command('SET', 'key', 'written')).toBe('OK');
  });
});

const shared = sharedServers();

test.each(shared.filter(({ missing }) => missing === undefined))(
  '$name is there for the tests of a file',
  async ({ url }) => {
    expect(await sendCommand(Number(new URL(url()).port), ['PING'])).toBe('PONG');
  },
);

test.skipIf(shared.every(({ missing }) => missing !== undefined))(
  'servers that the tests of a file share leave nothing when these have ended',
  async () => {
    const run = runOf({ LEAK: 'shared-server' });
    expect(await run.exit).toEqual({ code: 0, signal: null });
    const directories = run.lines.flatMap((line) => /directory dir,(.+)/.exec(line)?.[1] ?? []);
    expect(directories.length).toBeGreaterThan(0);
    expect(directories.filter((directory) => existsSync(directory))).toEqual([]);
  },
);
