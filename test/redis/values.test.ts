import { task } from '@multiprocess/serialization';
import { attach, HandleError } from '@multiprocess/shared-memory';
import { RedisLock, RedisQueue } from '@multiprocess/redis';
import { expect, test } from 'vitest';
import { NetworkProxy } from '../helpers/servers/network-proxy.js';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';
import { until } from '../helpers/until.js';
import { Client } from './client.js';
import { openStore } from './stores.js';

const MIB = 1024 * 1024;

describeEngines('large values', (program) => {
  test('of more than a subscriber may be sent at a time arrive, whether they were waited for or not', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url, { lease: 60_000 }); // however slow the machine is
    const large = Buffer.alloc(40 * MIB, 'multiprocess');
    const queue = store.queue<Uint8Array>();
    const waiting = queue.get();
    await queue.put(large);
    expect(Buffer.compare(await waiting, large)).toBe(0);
    await queue.put(large);
    expect(Buffer.compare(await queue.get(), large)).toBe(0);
    const list = store.list<Uint8Array>();
    for (let i = 0; i < 10; i++) await list.push(large.subarray(0, 5 * MIB + i));
    expect((await list.snapshot()).map(({ length }) => length)).toEqual(
      Array.from({ length: 10 }, (_, i) => 5 * MIB + i),
    );
    await queue.size(); // which acknowledges
    expect(await server.command('KEYS', 'mp:g:*')).toEqual([]);
  });

  test('that are cut on their way come whole, once', async () => {
    const server = await RedisServer.start(program);
    const proxy = await NetworkProxy.start(server.port);
    const store = await openStore(`redis://127.0.0.1:${proxy.port}`, { grace: 30_000 });
    const large = Buffer.alloc(9 * MIB, 'multiprocess');
    const queue = store.queue<Uint8Array>();
    for (let i = 0; i < 3; i++) {
      await queue.put(large);
      proxy.cutAfter((2 + 3 * i) * MIB, 'toClient');
      expect(Buffer.compare(await queue.get(), large)).toBe(0);
    }
    expect(await queue.size()).toBe(0);
  });

  test('many small ones in one call are as they were', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const count = 25_000;
    const values = Array.from({ length: count }, (_, i) => i);
    const list = store.list<number>();
    expect(await list.push(...values)).toBe(count);
    expect(await list.snapshot()).toEqual(values);
    await list.reverse();
    expect(await list.get(0)).toBe(count - 1);
    const dict = store.dict<number, number>(values.map((i) => [i, -i] as const));
    expect((await dict.snapshot()).size).toBe(count);
    const queue = store.queue<number>();
    await queue.putMany(values);
    const got: number[] = [];
    while (got.length < count) got.push(...(await queue.getMany(count)));
    expect(got).toEqual(values);
  });
});

describeEngines('objects', (program) => {
  test('are found by a name; one of another kind or with another parameter is a HandleError', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const other = await openStore(server.url);
    await store.semaphore(3, { name: 'one' }).acquire();
    expect(await other.semaphore(3, { name: 'one' }).value()).toBe(2);
    await expect(other.lock({ name: 'one' }).acquire()).rejects.toThrow(/"one" is a Semaphore, not a Lock/);
    await expect(other.semaphore(4, { name: 'one' }).value()).rejects.toThrow(/made with 3, not with 4/);
    await expect(other.semaphore(4, { name: 'one' }).value()).rejects.toThrow(HandleError);
    await store.semaphore(3, { name: 'one' }).unlink();
    expect(await other.lock({ name: 'one' }).acquire()).toBe(true);
    const apart = await openStore(server.url, { prefix: 'apart' });
    expect(await apart.lock({ name: 'one' }).acquire()).toBe(true);
  });

  test('are live in a queue, in an argument of another program, and in JSON; without credentials', async () => {
    const server = await RedisServer.start(program, { settings: ['--requirepass', 'secret word'] });
    const url = server.url.replace('//', '//:secret%20word@');
    const store = await openStore(url);
    const lock = store.lock();
    const queue = store.queue();
    await queue.put({ lock });
    const { lock: same } = (await queue.get()) as { lock: RedisLock };
    expect(same).toBeInstanceOf(RedisLock);
    await lock.acquire();
    expect(await same.locked()).toBe(true);
    const { handle } = queue;
    expect(Buffer.from(handle.split(':')[2] ?? '', 'base64url').toString()).not.toContain('secret');
    const client = await Client.start(url, { env: { MULTIPROCESS_REDIS_URL: '' } });
    await client.run(
      `own.q = (await import("@multiprocess/shared-memory")).attach(${JSON.stringify(handle)}); await own.q.put("from there");`,
    );
    expect(await queue.get()).toBe('from there');
    const { handle: copy } = JSON.parse(JSON.stringify({ handle })) as { handle: string };
    expect(attach(copy)).toBeInstanceOf(RedisQueue);
  });

  test('become live where MULTIPROCESS_REDIS_URL says how to connect, and nowhere else', async () => {
    const server = await RedisServer.start(program);
    const elsewhere = await RedisServer.start(program);
    const store = await openStore(server.url);
    const handle = JSON.stringify(store.value(5).handle);
    const read = `own.v = (await import("@multiprocess/shared-memory")).attach(${handle}); return own.v.get();`;
    const withUrl = await Client.start(elsewhere.url, { env: { MULTIPROCESS_REDIS_URL: server.url } });
    expect(await withUrl.run(read)).toBe(5);
    const without = await Client.start(elsewhere.url, { env: { MULTIPROCESS_REDIS_URL: '' } });
    await expect(without.run(read)).rejects.toThrow('ERR_MULTIPROCESS_HANDLE');
    const wrong = await Client.start(elsewhere.url, { env: { MULTIPROCESS_REDIS_URL: elsewhere.url } });
    await expect(wrong.run(read)).rejects.toThrow('ERR_MULTIPROCESS_HANDLE');
  });

  test('take functions, which run here', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const double = task(import.meta, function double(value: number) {
      return 2 * value;
    });
    const value = store.value(4);
    const results = await Promise.all(Array.from({ length: 20 }, () => value.update((n) => n + 1)));
    expect(new Set(results).size).toBe(20);
    const queue = store.queue<(value: number) => number>();
    await queue.put(double);
    expect((await queue.get())(await value.get())).toBe(48);
  });
});

describeEngines('values as JSON', (program) => {
  test('are read by other languages, and carry no functions', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url, { serializer: 'json' });
    const initial: Record<string, unknown> = { a: 1 };
    const dict = store.dict(initial, { name: 'd' });
    await dict.set('b', { n: 2n, when: new Date(0), bytes: new Uint8Array([1]) });
    expect(await server.command('HGET', 'mp:i:n/d', '"a"')).toBe('1');
    expect(await dict.get('b')).toEqual({ n: 2n, when: new Date(0), bytes: new Uint8Array([1]) });
    expect(await dict.increment('a', 4)).toBe(5);
    const queue = store.queue();
    await expect(queue.put(() => 1)).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_SERIALIZATION' });
    await queue.put(dict);
    expect(await ((await queue.get()) as typeof dict).size()).toBe(2);
  });
});

describeEngines('clocks', (program) => {
  test('of clients do not matter, however wrong they are', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const hour = 3_600_000;
    const shifted = (by: number): readonly string[] => [
      '--import',
      `data:text/javascript,const now=Date.now;Date.now=()=>now()+${by};`,
    ];
    const lock = store.lock({ name: 'l' });
    const fences: bigint[] = [];
    for (const by of [hour, -hour]) {
      const client = await Client.start(server.url, { execArgv: shifted(by) });
      const fence = await client.run('own.g = await store.lock({ name: "l" }).hold(); return String(own.g.fence);');
      fences.push(BigInt(String(fence)));
      expect(await lock.acquire({ timeout: 300 })).toBe(false);
      await client.run('await own.g.release();');
      const guard = await lock.hold();
      fences.push(guard.fence);
      const wait = client.run('return store.lock({ name: "l" }).acquire({ timeout: 200 });');
      expect(await wait).toBe(false);
      const again = client.run('return store.lock({ name: "l" }).acquire();');
      await until(async () => Number(await server.command('ZCARD', 'mp:w:n/l')) === 1);
      await guard.release();
      expect(await again).toBe(true);
      await client.run('await store.lock({ name: "l" }).release();');
    }
    expect(fences).toEqual(fences.toSorted((a, b) => (a < b ? -1 : 1)));
  });
});
