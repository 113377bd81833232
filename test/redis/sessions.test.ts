import { LockLostError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';
import { until } from '../helpers/until.js';
import { Client } from './client.js';
import { openStore } from './stores.js';

describeEngines('a session', (program) => {
  test('that is idle does not keep its program alive', async () => {
    const server = await RedisServer.start(program);
    const client = await Client.start(server.url);
    await client.run('own.lock = store.lock(); await own.lock.acquire();');
    client.child.end();
    expect(await client.child.exit).toEqual({ code: 0, signal: null });
  });

  test('keeps its program alive while a call waits', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const event = store.event({ name: 'end' });
    const client = await Client.start(server.url);
    const waiting = client.run('return store.event({ name: "end" }).wait();');
    await until(async () => Number(await server.command('ZCARD', 'mp:w:n/end')) === 1);
    client.child.end();
    await event.set();
    expect(await waiting).toBe(true);
    expect(await client.child.exit).toEqual({ code: 0, signal: null });
  });

  test('that is closed has given back what it held, and leaves nothing of its own', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const other = await openStore(server.url);
    await store.lock({ name: 'l' }).acquire();
    const permits = store.boundedSemaphore(2, { name: 'b' });
    await permits.acquire();
    const jobs = store.joinableQueue({ name: 'j' });
    await jobs.putMany([1, 2, 3]);
    await jobs.getMany(2);
    const pending = store.event().wait();
    const closed = expect(pending).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_CLOSED' });
    await store.close();
    await closed;
    expect(await other.lock({ name: 'l' }).acquire({ timeout: 0 })).toBe(true);
    expect(await other.boundedSemaphore(2, { name: 'b' }).value()).toBe(2);
    expect(await other.joinableQueue({ name: 'j' }).getMany(5)).toEqual([1, 2, 3]);
    expect(await server.command('ZCARD', 'mp:sessions')).toBe(1);
    expect(await keys(server, 'mp:s:*')).toHaveLength(1);
  });

  test('objects without a name go with the last program that has them; a handle gets a minute', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const list = store.list([1, 2]);
    const { handle } = list;
    const client = await Client.start(server.url);
    await client.run(`own.list = (await import('@multiprocess/shared-memory')).attach(${JSON.stringify(handle)});`);
    expect(await client.run('return own.list.length();')).toBe(2);
    const [key = ''] = await keys(server, 'mp:i:u/*');
    list.close();
    expect(await server.command('PTTL', key)).toBe(-1);
    await client.kill();
    await store.event().wait({ timeout: 500 }); // a wait that buries the dead
    await until(async () => Number(await server.command('PTTL', key)) > 0);
    using again = (await import('@multiprocess/redis')).RedisList.attach(handle);
    expect(await again.snapshot()).toEqual([1, 2]);
    expect(await server.command('PTTL', key)).toBe(-1);
  });
});

describeEngines('a session of this thread', (program) => {
  test('that the server takes for dead aborts its guards, and goes on as another one', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const lock = store.lock();
    const guard = await lock.hold();
    const [session = ''] = (await server.command('ZRANGE', 'mp:sessions', '0', '-1')) as string[];
    await server.command('ZADD', 'mp:sessions', 'XX', '1', session); // its lease is over
    await (await openStore(server.url)).event().wait({ timeout: 300 });
    await expect(lock.release()).rejects.toThrow(LockLostError);
    expect(await server.command('ZSCORE', 'mp:sessions', session)).toBe(null);
    expect(guard.signal.reason).toBeInstanceOf(LockLostError);
    expect(await store.queue().size()).toBe(0);
  });
});

async function keys(server: RedisServer, pattern: string): Promise<string[]> {
  return (await server.command('KEYS', pattern)) as string[];
}
