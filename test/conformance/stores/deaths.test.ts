import { expect, test } from 'vitest';
import { until } from '../../helpers/until.js';
import { Peer } from './peer.js';
import { describeStores } from './stores.js';

describeStores('when a process is killed', (suite) => {
  const { closing } = suite;

  test.each(['lock', 'rlock', 'condition'] as const)(
    'a %s that it held goes to the next, who learns of it',
    async (kind) => {
      const lock = closing(suite.store[kind]());
      const peer = await Peer.start(suite.reach, lock);
      await peer.call('acquire');
      const waiting = lock.run(() => lock.ownerDied());
      await peer.kill();
      expect(await waiting).toBe(true);
      expect(await lock.run(() => lock.ownerDied())).toBe(false);
    },
  );

  test('a lock that it held is free for a caller that comes later, with a time that is long enough for that to be seen', async () => {
    const lock = closing(suite.store.lock());
    const peer = await Peer.start(suite.reach, lock);
    await peer.call('acquire');
    await peer.kill();
    expect(await lock.acquire({ timeout: 30_000 })).toBe(true);
    expect(await lock.ownerDied()).toBe(true);
    await lock.release();
  });

  test('one that waits in front of others is passed over', async () => {
    const lock = closing(suite.store.lock());
    const peer = await Peer.start(suite.reach, lock);
    await lock.acquire();
    await peer.begin('acquire', 'locked');
    const next = lock.acquire();
    await peer.kill();
    await lock.release();
    expect(await next).toBe(true);
    expect(await lock.ownerDied()).toBe(false);
    await lock.release();
  });

  test('the permits that it had of a bounded semaphore come back', async () => {
    const semaphore = closing(suite.store.boundedSemaphore(3));
    const peer = await Peer.start(suite.reach, semaphore);
    await peer.call('acquire');
    await peer.call('acquire');
    await semaphore.acquire();
    expect(await semaphore.value()).toBe(0);
    const waiting = semaphore.acquire();
    await peer.kill();
    expect(await waiting).toBe(true);
    await until(async () => (await semaphore.value()) === 1);
    await semaphore.release(2);
    expect(await semaphore.value()).toBe(3);
  });

  test('the permits that it had of a semaphore are lost', async () => {
    const semaphore = closing(suite.store.semaphore(2));
    const lock = closing(suite.store.lock());
    const [peer, witness] = [await Peer.start(suite.reach, semaphore), await Peer.start(suite.reach, lock)];
    await peer.call('acquire');
    await witness.call('acquire');
    await peer.kill();
    await witness.kill();
    await lock.acquire(); // that death has been noticed
    expect(await semaphore.value()).toBe(1);
  });

  test('a barrier at which it waits breaks', async () => {
    const barrier = closing(suite.store.barrier(3));
    const peer = await Peer.start(suite.reach, barrier);
    const waiting = barrier.wait();
    waiting.catch(() => undefined);
    void peer.call('wait');
    await until(async () => (await barrier.waiting()) === 2);
    await peer.kill();
    await expect(waiting).rejects.toThrow('broken');
    expect(await barrier.broken()).toBe(true);
  });

  test.each(['queue', 'joinableQueue'] as const)('an item of a %s goes to the next who waits', async (kind) => {
    const queue = closing(suite.store[kind]<number>());
    const peer = await Peer.start(suite.reach, queue);
    await peer.begin('get', 'size');
    const next = queue.get();
    await peer.kill();
    // What is handed to a process that has just ended is lost with it, or noticed and given on: one of two is enough.
    await until(async () => {
      await queue.put(1);
      return Promise.race([next.then(() => true), queue.size().then((size) => size > 0)]);
    });
    expect(await next).toBe(1);
  });

  test('what it has put stays, and room that it waits for is for others', async () => {
    const queue = closing(suite.store.queue<string>({ maxsize: 1 }));
    const peer = await Peer.start(suite.reach, queue);
    await peer.call('put', 'kept');
    await peer.begin('put', 'size', 'waits for room');
    const next = queue.put('next');
    await peer.kill();
    expect(await queue.get()).toBe('kept');
    const items = [await queue.get()];
    if (items[0] !== 'next') items.push(await queue.get());
    await next;
    expect(items.at(-1)).toBe('next');
  });

  test('a notification that it does not take goes to others', async () => {
    const condition = closing(suite.store.condition());
    const peer = await Peer.start(suite.reach, condition);
    await peer.call('acquire');
    await peer.begin('wait', 'locked');
    const waiting = condition.run(() => condition.wait());
    await peer.kill();
    await until(async () => {
      await condition.run(() => condition.notify());
      return Promise.race([waiting, condition.run(() => false)]);
    });
    expect(await waiting).toBe(true);
  });
});
