import { expect, test } from 'vitest';
import { NetworkProxy } from '../helpers/network-proxy.js';
import { times } from '../helpers/effort.js';
import { describeEngines, RedisServer } from '../helpers/redis-server.js';
import { until } from '../helpers/until.js';
import { openStore } from './stores.js';

describeEngines('a connection that is cut', (program) => {
  // As long as no machine is too slow for it: that a session is taken for dead is another test.
  const PATIENT = { grace: 30_000 };

  test('is no death within the grace: what is held stays, and waits go on', async () => {
    const server = await RedisServer.start(program);
    const proxy = await NetworkProxy.start(server.port);
    const store = await openStore(`redis://127.0.0.1:${proxy.port}`, PATIENT);
    const other = await openStore(server.url);
    const guard = await store.lock({ name: 'held' }).hold();
    const wanted = other.lock({ name: 'wanted' });
    await wanted.acquire();
    const waiting = store.lock({ name: 'wanted' }).acquire();
    const rival = other.lock({ name: 'held' }).acquire();
    const got = store.queue<number>({ name: 'q' }).get();
    for (let i = 0; i < times(20); i++) {
      const before = proxy.accepted;
      proxy.cut();
      await until(() => proxy.accepted > before);
      expect(await store.lock({ name: 'held' }).locked()).toBe(true);
    }
    await wanted.release();
    expect(await waiting).toBe(true);
    await other.queue<number>({ name: 'q' }).put(5);
    expect(await got).toBe(5);
    expect(guard.signal.aborted).toBe(false);
    await guard.release();
    expect(await rival).toBe(true);
    expect(await other.lock({ name: 'held' }).ownerDied()).toBe(false);
  });

  test('anywhere in a message loses no item and doubles none, neither on the way in nor on the way out', async () => {
    const server = await RedisServer.start(program);
    const proxy = await NetworkProxy.start(server.port);
    const store = await openStore(`redis://127.0.0.1:${proxy.port}`, PATIENT);
    const queue = store.queue<number>({ maxsize: 50 });
    const count = 3000;
    const got: number[] = [];
    const putting = (async () => {
      for (let i = 0; i < count; i++) await queue.put(i);
    })();
    const end = { isOver: false };
    const cutting = (async () => {
      for (let i = 1; !end.isOver; i++) {
        const before = proxy.accepted;
        proxy.cutAfter(1 + ((i * 7919) % 20_000), i % 2 === 0 ? 'toServer' : 'toClient');
        await until(() => end.isOver || proxy.accepted > before);
      }
    })();
    while (got.length < count) got.push(...(await queue.getMany(10)));
    end.isOver = true;
    await Promise.all([putting, cutting]);
    expect(got).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(await queue.size()).toBe(0);
  });

  test('for longer than the grace is a death: another gets the lock, and the guard aborts', async () => {
    const server = await RedisServer.start(program);
    const proxy = await NetworkProxy.start(server.port);
    const store = await openStore(`redis://127.0.0.1:${proxy.port}`);
    const other = await openStore(server.url);
    const guard = await store.lock({ name: 'l' }).hold();
    const waiting = other.lock({ name: 'l' }).hold();
    proxy.refuse();
    proxy.cut();
    const next = await waiting;
    expect(next.fence).toBeGreaterThan(guard.fence);
    proxy.admit();
    await until(() => guard.signal.aborted);
    await expect(guard.release()).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_LOCK_LOST' });
    expect(await other.lock({ name: 'l' }).locked()).toBe(true);
  });
});

describeEngines('a network', (program) => {
  test('that delays changes nothing but the time', async () => {
    const server = await RedisServer.start(program);
    const proxy = await NetworkProxy.start(server.port);
    const store = await openStore(`redis://127.0.0.1:${proxy.port}`);
    proxy.delay(20);
    const queue = store.queue<number>();
    const got = Promise.all(Array.from({ length: 20 }, () => queue.get()));
    await queue.putMany(Array.from({ length: 20 }, (_, i) => i));
    expect(await got).toEqual(Array.from({ length: 20 }, (_, i) => i));
    const lock = store.lock();
    let inside = 0;
    await Promise.all(
      Array.from({ length: 5 }, () =>
        lock.run(async () => {
          expect(++inside).toBe(1);
          await queue.size();
          inside--;
        }),
      ),
    );
  });

  test.each(['toServer', 'toClient'] as const)(
    'whose connections are half closed %s is connected to again',
    async (direction) => {
      const server = await RedisServer.start(program);
      const proxy = await NetworkProxy.start(server.port);
      const store = await openStore(`redis://127.0.0.1:${proxy.port}`, { grace: 30_000 });
      const queue = store.queue<number>();
      const got = queue.get();
      await queue.size();
      proxy.halfClose(direction);
      await queue.put(1);
      expect(await got).toBe(1);
    },
  );

  test('that carries nothing any more costs the lock when the lease is over, here as there', async () => {
    const server = await RedisServer.start(program);
    const proxy = await NetworkProxy.start(server.port);
    const lease = { lease: 600 };
    const store = await openStore(`redis://127.0.0.1:${proxy.port}`, lease);
    const other = await openStore(server.url, lease);
    const guard = await store.lock({ name: 'l' }).hold();
    const waiting = other.lock({ name: 'l' }).hold();
    proxy.stall();
    const aborted = new Promise((resolve) => guard.signal.addEventListener('abort', resolve));
    expect(await Promise.race([aborted.then(() => 'aborted'), waiting.then(() => 'taken')])).toBe('aborted');
    expect((await waiting).fence).toBeGreaterThan(guard.fence);
    // Calls end by their time-outs, though no server answers.
    expect(await store.lock({ name: 'l' }).acquire({ timeout: 50 })).toBe(false);
    await expect(store.queue().get({ timeout: 50 })).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_QUEUE_EMPTY' });
    proxy.resume();
    proxy.cut();
    await (await waiting).release();
    expect(await store.lock({ name: 'l' }).acquire()).toBe(true);
  });
});
