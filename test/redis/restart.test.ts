import { expect, test } from 'vitest';
import { times } from '../helpers/effort.js';
import { describeEngines, RedisServer } from '../helpers/redis-server.js';
import { until } from '../helpers/until.js';
import { Client } from './client.js';
import { openStore } from './stores.js';

describeEngines('a server that is killed and started again', (program) => {
  test('with its data: holds, waits and items are as they were', async () => {
    const server = await RedisServer.start(program, { persistent: true });
    const store = await openStore(server.url);
    const other = await openStore(server.url);
    const guard = await store.lock({ name: 'l' }).hold();
    const waiting = other.lock({ name: 'l' }).acquire();
    const got = store.queue<number>({ name: 'q' }).get();
    const list = store.list([1, 2, 3]);
    await list.length();
    await server.restart({ data: 'kept' });
    expect(await list.snapshot()).toEqual([1, 2, 3]);
    await other.queue<number>({ name: 'q' }).put(9);
    expect(await got).toBe(9);
    expect(guard.signal.aborted).toBe(false);
    await guard.release();
    expect(await waiting).toBe(true);
    expect(await other.lock({ name: 'l' }).ownerDied()).toBe(false);
  });

  test('without its data: what was held is lost, fences rise all the same, objects are as they were made, and waits go on', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const other = await openStore(server.url);
    const lock = store.lock({ name: 'l' });
    const guard = await lock.hold();
    const permits = store.semaphore(3, { name: 's' });
    await permits.acquire();
    const waiting = other.lock({ name: 'l' }).hold();
    const got = other.queue<number>({ name: 'q' }).get();
    const value = store.value({ count: 1 });
    await value.set({ count: 2 });
    await server.restart({ data: 'lost' });
    const next = await waiting;
    expect(next.fence).toBeGreaterThan(guard.fence);
    await until(() => guard.signal.aborted);
    await expect(guard.release()).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_LOCK_LOST' });
    expect(await permits.value()).toBe(3);
    expect(await value.get()).toEqual({ count: 1 });
    await store.queue<number>({ name: 'q' }).put(1);
    expect(await got).toBe(1);
    await next.release();
    expect(await lock.acquire()).toBe(true);
  });

  test('under load, with all on the disk, has every item that a completed put had put, and each once', async () => {
    const server = await RedisServer.start(program, { persistent: true });
    const store = await openStore(server.url);
    const queue = store.queue<number>({ name: 'q' });
    const producer = await Client.start(server.url);
    const producing = producer.run(
      'own.q = store.queue({ name: "q" }); own.n = 0; while (!own.stop) await own.q.put(own.n++); return own.n;',
    );
    const got: number[] = [];
    for (let i = 0; i < times(20); i++) {
      const wanted = got.length + 200;
      while (got.length < wanted) got.push(...(await queue.getMany(20)));
      await server.restart({ data: 'kept' });
    }
    await producer.run('own.stop = true;');
    const count = Number(await producing);
    while (got.length < count) got.push(...(await queue.getMany(64)));
    expect(got).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(await queue.empty()).toBe(true);
  });

  test('and does not come back fails calls when it has been away for too long', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url, { reconnectTimeout: 100 });
    const queue = store.queue();
    await queue.size();
    const got = queue.get();
    await server.kill();
    await expect(got).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_ENGINE_CONNECTION' });
    await expect(queue.size()).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_ENGINE_CONNECTION' });
    await server.restart({ data: 'lost' });
    await until(() =>
      queue.size().then(
        () => true,
        () => false,
      ),
    );
  });
});

describeEngines('a replica', (program) => {
  test('that a Sentinel makes the primary is found, and all goes on there', async () => {
    const primary = await RedisServer.start(program);
    const replica = await RedisServer.start(program, { replicaOf: primary });
    const sentinel = await RedisServer.startSentinel(program, primary);
    const options = { sentinel: { name: 'multiprocess', nodes: [{ host: '127.0.0.1', port: sentinel.port }] } };
    const store = await openStore(primary.url, options);
    const careful = await openStore(primary.url, { ...options, minReplicas: 1 });
    await careful.queue<number>({ name: 'q' }).putMany([1, 2, 3]);
    const { fence } = await careful.lock({ name: 'l' }).hold();
    await careful.close();
    await primary.kill();
    expect(await store.queue<number>({ name: 'q' }).getMany(10)).toEqual([1, 2, 3]);
    const next = await store.lock({ name: 'l' }).hold();
    expect(next.fence).toBeGreaterThan(fence);
    expect(await replica.command('HGET', 'mp:o:n/l', 'f')).toBe(String(next.fence));
  });

  test('that does not have a change in time fails its call, which says that it was done', async () => {
    const primary = await RedisServer.start(program);
    const replica = await RedisServer.start(program, { replicaOf: primary });
    const store = await openStore(primary.url, { minReplicas: 1, lease: 8000 });
    const queue = store.queue<number>();
    await queue.put(1);
    replica.pause();
    await expect(queue.put(2)).rejects.toThrow(/was done, but only 0 of 1 replicas/);
    replica.resume();
    expect(await queue.getMany(2)).toEqual([1, 2]);
  });
});
