import { connect } from '@multiprocess/redis';
import {
  AuthenticationError,
  EngineConfigError,
  EngineConnectionError,
  OutOfMemoryError,
} from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';
import { freePort } from '../helpers/servers/free-port.js';
import { checkServer } from '../../packages/redis/build/link/server-check.js';
import { until } from '../helpers/until.js';
import { openStore } from './stores.js';

describeEngines('connect()', (program) => {
  test('where there is no server, or one that does not answer, is an EngineConnectionError', async () => {
    const port = await freePort();
    const failing = connect(`redis://127.0.0.1:${port}`);
    await expect(failing).rejects.toThrow(EngineConnectionError);
    await expect(failing).rejects.toThrow(new RegExp(`127.0.0.1:${port}/0`));
    const server = await RedisServer.start(program);
    server.pause();
    await expect(connect(server.url)).rejects.toThrow(/no answer within 5000 ms/);
    server.resume();
    await expect(connect(server.url.replace('redis:', 'rediss:'))).rejects.toThrow(EngineConnectionError);
  });

  test('with wrong credentials, or none, is an AuthenticationError without them', async () => {
    const server = await RedisServer.start(program, { settings: ['--requirepass', 'right'] });
    await expect(connect(server.url)).rejects.toThrow(AuthenticationError);
    const failure: unknown = await connect(server.url, { password: 'wrong-word' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AuthenticationError);
    expect(String(failure)).not.toContain('wrong-word');
    const store = await openStore(server.url, { password: 'right' });
    expect(await store.lock().acquire()).toBe(true);
    expect(store.address).not.toContain('right');
  });

  test('as a user that may not subscribe is an AuthenticationError', async () => {
    const server = await RedisServer.start(program);
    await server.command('ACL', 'SETUSER', 'deaf', 'on', '>word', '~*', 'resetchannels', '+@all');
    await expect(connect(server.url, { username: 'deaf', password: 'word' })).rejects.toThrow(AuthenticationError);
  });

  test('to a server that may evict keys is an EngineConfigError', async () => {
    const server = await RedisServer.start(program, { settings: ['--maxmemory-policy', 'allkeys-lru'] });
    await expect(connect(server.url)).rejects.toThrow(EngineConfigError);
    await expect(connect(server.url)).rejects.toThrow(/maxmemory-policy is allkeys-lru.*set it to noeviction/);
  });

  test('to a server in cluster mode is an EngineConfigError, and to a replica an EngineConnectionError', async () => {
    const cluster = await RedisServer.start(program, { settings: ['--cluster-enabled', 'yes'] });
    await expect(connect(cluster.url)).rejects.toThrow(/cluster mode/);
    await expect(connect(cluster.url)).rejects.toThrow(EngineConfigError);
    const primary = await RedisServer.start(program);
    const replica = await RedisServer.start(program, { replicaOf: primary });
    await expect(connect(replica.url)).rejects.toThrow(/is a replica/);
  });

  test('reads MULTIPROCESS_REDIS_URL, and says so if there is nothing to read', async () => {
    const server = await RedisServer.start(program);
    const before = process.env['MULTIPROCESS_REDIS_URL'];
    try {
      process.env['MULTIPROCESS_REDIS_URL'] = server.url;
      const store = await openStore(undefined as never);
      expect(store.address).toBe(`${server.url}/0`);
      process.env['MULTIPROCESS_REDIS_URL'] = '';
      await expect(connect()).rejects.toThrow(/MULTIPROCESS_REDIS_URL/);
    } finally {
      if (before === undefined) delete process.env['MULTIPROCESS_REDIS_URL'];
      else process.env['MULTIPROCESS_REDIS_URL'] = before;
    }
  });
});

describeEngines('a server without memory', (program) => {
  test('stores nothing and says so; what it holds can be taken, locks be used, and leases stay', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url, { lease: 15_000 });
    const lease = async (): Promise<number> => {
      const [, end] = (await server.command('ZRANGE', 'mp:sessions', '0', '0', 'WITHSCORES')) as string[];
      return Number(end);
    };
    const queue = store.queue<number>();
    await queue.putMany([1, 2, 3]);
    const list = store.list([1]);
    const lock = store.lock({ name: 'l' });
    const guard = await lock.hold();
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    await expect(queue.put(4)).rejects.toThrow(OutOfMemoryError);
    await expect(queue.putMany([4, 5])).rejects.toThrow(/raise maxmemory/);
    await expect(list.push(2)).rejects.toThrow(OutOfMemoryError);
    expect(await queue.size()).toBe(3);
    expect(await queue.getMany(5)).toEqual([1, 2, 3]);
    const other = await openStore(server.url, { lease: 15_000 });
    await expect(other.queue<number>({ name: 'none' }).get()).rejects.toThrow(OutOfMemoryError); // it cannot be made
    expect(await lock.acquire({ timeout: 100 })).toBe(false);
    const before = await lease();
    await until(async () => (await lease()) > before); // the worker thread has renewed it
    expect(guard.signal.aborted).toBe(false);
    await guard.release();
    await server.command('CONFIG', 'SET', 'maxmemory', '0');
    await queue.put(4);
    expect(await queue.get()).toBe(4);
  });
});

describe('what a server says of itself', () => {
  const good =
    'redis_version:7.0.15\r\nredis_mode:standalone\r\nrun_id:abc\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n';

  test('is enough for Redis 7 and for Valkey', () => {
    expect(checkServer(good)).toEqual({ run: 'abc', version: 'redis 7.0.15', isReplica: false });
    expect(checkServer(`${good}valkey_version:9.1.2\r\n`).version).toBe('valkey 9.1.2');
  });

  test('is an EngineConfigError for older versions', () => {
    expect(() => checkServer(good.replace('7.0.15', '6.2.14'))).toThrow(/is Redis 6.2.14: Redis 7.0 or newer/);
    expect(() => checkServer(good.replace('7.0.15', '6.2.14'))).toThrow(EngineConfigError);
  });
});

test('wrong arguments are a TypeError or RangeError with what was received, and no password', async () => {
  await expect(connect(5 as never)).rejects.toThrow(/url must be a string, received 5/);
  await expect(connect('http://user:word@host')).rejects.toThrow(TypeError);
  await expect(connect('http://user:word@host')).rejects.not.toThrow(/word/);
  await expect(connect('redis://host', { lease: 5 })).rejects.toThrow(RangeError);
  await expect(connect('redis://host', { prefix: 'a b' })).rejects.toThrow(TypeError);
  await expect(connect('redis://host', { sentinel: { name: 'm', nodes: [] } })).rejects.toThrow(TypeError);
});
