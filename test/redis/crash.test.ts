import { LockLostError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { times } from '../helpers/effort.js';
import { describeEngines, RedisServer } from '../helpers/redis-server.js';
import { until } from '../helpers/until.js';
import { Client } from './client.js';
import { openStore } from './stores.js';

const LEASE = { lease: 1500 };
/** For what must keep its lease, however slow the machine is. */
const LONG_LEASE = { lease: 3000 };

describeEngines('when a program is killed', (program) => {
  test('its lock goes to the first that waits and lives, and says so', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const lock = store.lock({ name: 'l' });
    for (let i = 0; i < times(20); i++) {
      const holder = await Client.start(server.url);
      const fence = BigInt(
        String(await holder.run('own.g = await store.lock({ name: "l" }).hold(); return String(own.g.fence);')),
      );
      const waiter = await Client.start(server.url);
      void waiter.run('await store.lock({ name: "l" }).acquire();');
      await until(async () => Number(await server.command('ZCARD', 'mp:w:n/l')) === 1);
      const mine = lock.hold();
      await until(async () => Number(await server.command('ZCARD', 'mp:w:n/l')) === 2);
      await Promise.all([holder.kill(), waiter.kill()]);
      const guard = await mine;
      expect(guard.fence).toBeGreaterThan(fence);
      expect(await lock.ownerDied()).toBe(true);
      await guard.release();
      expect(await lock.run(() => lock.ownerDied())).toBe(false);
    }
  });

  test('its permits of a bounded semaphore come back, the barrier it waits at breaks, and a notification goes to another', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const permits = store.boundedSemaphore(2, { name: 'b' });
    const barrier = store.barrier(3, { name: 'bar' });
    const condition = store.condition({ name: 'c' });
    const client = await Client.start(server.url);
    await client.run('own.b = store.boundedSemaphore(2, { name: "b" }); await own.b.acquire(); await own.b.acquire();');
    void client.run('await store.barrier(3, { name: "bar" }).wait();');
    void client.run('own.c = store.condition({ name: "c" }); await own.c.run(() => own.c.wait());');
    await until(async () => (await barrier.waiting()) === 1);
    await until(async () => Number(await server.command('ZCARD', 'mp:d:n/c')) === 1);
    const woken = condition.run(() => condition.wait());
    await until(async () => Number(await server.command('ZCARD', 'mp:d:n/c')) === 2);
    const broken = expect(barrier.wait()).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_BROKEN_BARRIER' });
    const taken = permits.acquire();
    await client.kill();
    expect(await taken).toBe(true);
    expect(await permits.value()).toBe(1);
    await broken;
    await condition.run(() => condition.notify());
    expect(await woken).toBe(true);
  });

  test('a getter that waits is passed over, and what a putter had put stays', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const queue = store.queue<number>({ name: 'q' });
    const client = await Client.start(server.url);
    void client.run('await store.queue({ name: "q" }).get();');
    await until(async () => Number(await server.command('ZCARD', 'mp:w:n/q')) === 1);
    await client.kill();
    const mine = queue.get();
    await until(async () => Number(await server.command('ZCARD', 'mp:w:n/q')) === 2);
    const putter = await Client.start(server.url);
    await putter.run('own.q = store.queue({ name: "q" }); await own.q.putMany([1, 2]);');
    await putter.kill();
    expect([await mine, await queue.get()]).toEqual([1, 2]);
  });

  test('what it had taken of a joinable queue and not reported comes back, in its order, at the front', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const queue = store.joinableQueue<number>({ name: 'j' });
    await queue.putMany([1, 2, 3, 4, 5]);
    const client = await Client.start(server.url);
    await client.run('own.q = store.joinableQueue({ name: "j" }); await own.q.getMany(3); await own.q.taskDone();');
    expect(await queue.getMany(10)).toEqual([4, 5]);
    const again = queue.getMany(10);
    await client.kill();
    expect(await again).toEqual([2, 3]);
    for (let i = 0; i < 4; i++) await queue.taskDone();
    expect(await queue.join()).toBe(true);
  });

  test('at any moment, no item that was put is lost unless it died with its taker, and none comes twice', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url);
    const queue = store.queue<string>({ name: 'q' });
    const got: string[] = [];
    const put: string[] = [];
    const kills = times(20);
    for (let i = 0; i < kills; i++) {
      const producer = await Client.start(server.url);
      void producer.run(`own.q = store.queue({ name: "q" });
        for (let n = 0; ; n++) { await own.q.put("${i}-" + n); console.log("put ${i}-" + n); }`);
      const items = 50 + 37 * i;
      while (got.filter((item) => item.startsWith(`${i}-`)).length < items) got.push(...(await queue.getMany(64)));
      await producer.kill();
      put.push(...producer.child.lines.filter((line) => line.startsWith('put ')).map((line) => line.slice(4)));
    }
    await until(async () => {
      got.push(...(await queue.getMany(64, { timeout: 0 }).catch(() => [])));
      return queue.empty();
    });
    const found = new Set(got);
    expect(found.size).toBe(got.length);
    expect(put.filter((item) => !found.has(item))).toEqual([]);
  });
});

describeEngines('when a program is stopped', (program) => {
  test('its lock goes to the next when its lease is over; its guard has aborted when it goes on, and its fence is smaller', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url, LEASE);
    const lock = store.lock({ name: 'l' });
    const holder = await Client.start(server.url, { options: LEASE });
    const fence = BigInt(
      String(await holder.run('own.g = await store.lock({ name: "l" }).hold(); return String(own.g.fence);')),
    );
    holder.stop();
    const guard = await lock.hold();
    expect(guard.fence).toBeGreaterThan(fence);
    holder.resume();
    expect(
      await holder.run(`await new Promise((resolve) => own.g.signal.aborted ? resolve() : own.g.signal.addEventListener("abort", resolve));
        return own.g.signal.reason.code;`),
    ).toBe('ERR_MULTIPROCESS_LOCK_LOST');
    await expect(holder.run('await own.g.release();')).rejects.toThrow('ERR_MULTIPROCESS_LOCK_LOST');
    expect(await lock.locked()).toBe(true);
    await guard.release();
    expect(await holder.run('return store.lock({ name: "l" }).acquire();')).toBe(true);
  });

  test('a getter that waits gets items again when it goes on', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url, LEASE);
    const queue = store.queue<number>({ name: 'q' });
    const client = await Client.start(server.url, { options: LEASE });
    const item = client.run('return store.queue({ name: "q" }).get();');
    await until(async () => Number(await server.command('ZCARD', 'mp:w:n/q')) === 1);
    client.stop();
    await until(async () => {
      await store.event().wait({ timeout: 150 });
      return Number(await server.command('ZCARD', 'mp:sessions')) === 1;
    });
    client.resume();
    await queue.put(7);
    expect(await item).toBe(7);
  });
});

describeEngines('an event loop that is busy for three leases', (program) => {
  test('loses nothing', async () => {
    const server = await RedisServer.start(program);
    const store = await openStore(server.url, LONG_LEASE);
    const lock = store.lock({ name: 'l' });
    const holder = await Client.start(server.url, { options: LONG_LEASE });
    await holder.run('own.lock = store.lock({ name: "l" }); own.g = await own.lock.hold();');
    const waiting = lock.acquire();
    const busy = holder.run(
      `const end = performance.now() + ${3 * LONG_LEASE.lease}; while (performance.now() < end); return own.g.signal.aborted;`,
    );
    expect(await busy).toBe(false);
    expect(await holder.run('const lost = own.g.signal.aborted; await own.g.release(); return lost;')).toBe(false);
    expect(await waiting).toBe(true);
    expect(await lock.ownerDied()).toBe(false);
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
    expect(await server.command('ZSCORE', 'mp:sessions', session)).toBe(null);
    await expect(lock.release()).rejects.toThrow(LockLostError);
    expect(guard.signal.reason).toBeInstanceOf(LockLostError);
    expect(await store.queue().size()).toBe(0);
  });
});
