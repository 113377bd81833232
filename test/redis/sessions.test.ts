import { expect, test } from 'vitest';
import { describeEngines, RedisServer } from '../helpers/redis-server.js';
import { until } from '../helpers/until.js';
import { Client } from './client.js';
import { openStore } from './stores.js';

describeEngines('a session', (program) => {
  async function connections(server: RedisServer): Promise<number> {
    const lines = String(await server.command('CLIENT', 'LIST'))
      .trim()
      .split('\n');
    return lines.length - 1; // without the one that asks
  }

  test('has two connections, however many waits there are', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    await until(async () => (await connections(server)) === 2);
    const event = store.event();
    const queue = store.queue();
    const waits = Array.from({ length: 2000 }, () => event.wait());
    const gets = Array.from({ length: 2000 }, () => queue.get());
    await until(async () => Number(await server.command('ZCARD', String((await keys(server, 'mp:w:*'))[0]))) === 2000);
    expect(await connections(server)).toBe(2);
    await event.set();
    await queue.putMany(Array.from({ length: 2000 }, (_, i) => i));
    expect(new Set(await Promise.all(waits))).toEqual(new Set([true]));
    expect((await Promise.all(gets)).toSorted((a, b) => Number(a) - Number(b))).toEqual(gets.map((_, i) => i));
  });

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

async function keys(server: RedisServer, pattern: string): Promise<string[]> {
  return (await server.command('KEYS', pattern)) as string[];
}
