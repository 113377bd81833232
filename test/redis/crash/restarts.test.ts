import { connect } from '@multiprocess/redis';
import { LockLostError } from '@multiprocess/shared-memory';
import { expect, onTestFinished, test } from 'vitest';
import { patience, times } from '../../helpers/effort.js';
import { describeEngines, RedisServer } from '../../helpers/servers/redis-server.js';
import { until } from '../../helpers/until.js';

describeEngines('a restart of the server', (engine) => {
  /** Two programs that are connected to a server of their own, as sessions of this one. */
  const connected = async (options: Parameters<typeof connect>[1] = {}) => {
    const server = await RedisServer.start(engine, { persistent: true });
    const [one, two] = await Promise.all([connect(server.url, options), connect(server.url, options)]);
    onTestFinished(async () => {
      await Promise.all([one.close(), two.close()]);
    });
    return { server, one, two };
  };

  test('with its data: what was held is held, and what waited waits', async () => {
    const { server, one, two } = await connected();
    const [lock, same] = [one.lock({ name: 'lock' }), two.lock({ name: 'lock' })];
    const guard = await lock.hold();
    const waiting = same.hold();
    await same.locked();
    await server.restart({ data: 'kept' });
    expect([await lock.locked(), guard.signal.aborted]).toEqual([true, false]);
    expect(await two.lock({ name: 'lock' }).acquire({ timeout: 50 })).toBe(false);
    await guard.release();
    const next = await waiting;
    expect(next.fence).toBeGreaterThan(guard.fence);
    expect(await same.ownerDied()).toBe(false);
    await next.release();
  });

  test('with its data: items, room, events, conditions and barriers are as they were', async () => {
    const { server, one, two } = await connected();
    const queue = one.queue<number>({ name: 'queue', maxsize: 2 });
    const theirs = two.queue<number>({ name: 'queue', maxsize: 2 });
    const event = one.event({ name: 'event' });
    const barrier = one.barrier(2, { name: 'barrier' });
    const condition = one.condition({ name: 'condition' });
    const semaphore = one.boundedSemaphore(2, { name: 'semaphore' });
    await queue.putMany([1, 2]);
    await semaphore.acquire();
    const waits = [theirs.put(3), event.wait(), barrier.wait(), condition.run(() => condition.wait())];
    await until(async () => (await barrier.waiting()) === 1 && !(await condition.locked()));
    await server.restart({ data: 'kept' });
    expect(await queue.getMany(2)).toEqual([1, 2]);
    expect(await semaphore.value()).toBe(1);
    await two.event({ name: 'event' }).set();
    await two.barrier(2, { name: 'barrier' }).wait();
    const notified = two.condition({ name: 'condition' });
    await notified.run(() => notified.notify());
    await Promise.all(waits);
    expect(await queue.get()).toBe(3);
  });

  test('without its data: a holder learns that its lock is lost, and the fences go on rising', async () => {
    const { server, one, two } = await connected();
    const lock = one.lock({ name: 'lock' });
    const guard = await lock.hold();
    await server.restart({ data: 'lost' });
    await until(() => guard.signal.aborted);
    expect(guard.signal.reason).toBeInstanceOf(LockLostError);
    await expect(guard.release()).rejects.toThrow(LockLostError);
    const again = await two.lock({ name: 'lock' }).hold();
    expect(again.fence).toBeGreaterThan(guard.fence);
    await again.release();
  });

  test('without its data: those who wait go on waiting, in what is new', async () => {
    const { server, one, two } = await connected();
    const lock = one.lock({ name: 'lock' });
    const guard = await lock.hold();
    const waiting = two.lock({ name: 'lock' }).acquire();
    const queue = two.queue({ name: 'queue' });
    const got = queue.get();
    await queue.size();
    await server.restart({ data: 'lost' });
    expect(await waiting).toBe(true); // the holder's is gone
    await one.queue({ name: 'queue' }).put('new');
    expect(await got).toBe('new');
    await expect(guard.release()).rejects.toThrow(LockLostError);
  });

  test('without its data: an object without a name is made again, as it was made', async () => {
    const { server, one } = await connected();
    const dict = one.dict({ a: 1 });
    await dict.set('b', 2);
    const semaphore = one.semaphore(3);
    await semaphore.acquire();
    await server.restart({ data: 'lost' });
    expect(await dict.toObject()).toEqual({ a: 1 });
    expect(await semaphore.value()).toBe(3);
  });

  test(
    'under load: no item that was put is lost, none comes twice, and all are in their order',
    patience(120_000),
    async () => {
      const { server, one, two } = await connected();
      const queue = one.queue<number>({ name: 'queue', maxsize: 50 });
      const theirs = two.queue<number>({ name: 'queue', maxsize: 50 });
      const over = new AbortController();
      let put = 0;
      const producing = (async () => {
        while (!over.signal.aborted) await queue.put(put++);
        await queue.shutdown();
      })();
      const got: number[] = [];
      const consuming = (async () => {
        for await (const item of theirs) got.push(item);
      })();
      for (let i = 0; i < times(20); i++) {
        const enough = got.length + 20 + Math.floor(Math.random() * 100);
        await until(() => got.length >= enough);
        await server.restart({ data: 'kept' });
      }
      over.abort();
      await Promise.all([producing, consuming]);
      expect(got).toEqual(Array.from({ length: put }, (_, i) => i));
    },
  );

  test('under load: a counter has each increment once', patience(120_000), async () => {
    const { server, one } = await connected();
    const dict = one.dict<string, number>({}, { name: 'dict' });
    const over = new AbortController();
    let done = 0;
    const counting = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted) {
        await dict.increment('n');
        done++;
      }
    });
    for (let i = 0; i < times(20); i++) {
      const enough = done + 50;
      await until(() => done >= enough);
      await server.restart({ data: 'kept' });
    }
    over.abort();
    await Promise.all(counting);
    expect(await dict.get('n')).toBe(done);
  });

  test('that takes longer than the lease: the guard has aborted, and the next one has the lock', async () => {
    const { server, one, two } = await connected({ lease: 300 });
    const guard = await one.lock({ name: 'lock' }).hold();
    await server.kill();
    await until(() => guard.signal.aborted); // by its own clock: there is no server to tell it
    await server.restart({ data: 'kept' });
    const next = await two.lock({ name: 'lock' }).hold();
    expect(next.fence).toBeGreaterThan(guard.fence);
    await next.release();
  });

  test('its scripts are sent again: it has forgotten them', async () => {
    const { server, one } = await connected();
    const value = one.value(1, { name: 'value' });
    await value.add(1);
    await server.command('SCRIPT', 'FLUSH');
    expect(await value.add(1)).toBe(2);
    await server.restart({ data: 'kept' });
    expect(await value.add(1)).toBe(3);
  });
});
