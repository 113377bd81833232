import { connect } from '@multiprocess/redis';
import { expect, onTestFinished, test } from 'vitest';
import { describeEngines, RedisServer } from '../../helpers/servers/redis-server.js';
import { until } from '../../helpers/until.js';

describeEngines('a failover to a replica, by Sentinel', (engine) => {
  test('is no death: what was put is there, what is held stays held, and waits go on', async () => {
    const primary = await RedisServer.start(engine);
    const replicas = [
      await RedisServer.start(engine, { replicaOf: primary }),
      await RedisServer.start(engine, { replicaOf: primary }),
    ];
    const sentinel = await RedisServer.startSentinel(engine, primary, { replicas: 2 });
    const nodes = [{ host: '127.0.0.1', port: sentinel.port }];
    const options = { lease: 20_000, minReplicas: 1, sentinel: { name: 'multiprocess', nodes } };
    const [one, two] = await Promise.all([connect('redis://', options), connect('redis://', options)]);
    onTestFinished(async () => {
      await Promise.all([one.close(), two.close()]);
    });
    const guard = await one.lock({ name: 'lock' }).hold();
    await one.queue<number>({ name: 'queue' }).putMany([1, 2, 3]);
    const waiting = two.lock({ name: 'lock' }).hold();
    await two.lock({ name: 'lock' }).locked();

    await primary.replicated(); // Sentinel may choose a replica that has less than another one
    await primary.kill();
    await sentinel.failOver();
    await until(async () => {
      const areNew = await Promise.all(replicas.map((replica) => replica.isPrimary({ replicas: 1 })));
      return areNew.includes(true);
    });
    const later = await connect('redis://', options);
    onTestFinished(() => later.close());
    const queue = later.queue<number>({ name: 'queue' });
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual([1, 2, 3]);
    expect(guard.signal.aborted).toBe(false);
    expect(await later.lock({ name: 'lock' }).acquire({ timeout: 20 })).toBe(false);
    await guard.release();
    const next = await waiting;
    expect(next.fence).toBeGreaterThan(guard.fence);
    await next.release();
  });
});

describeEngines('a replica', (engine) => {
  test('that does not have a change in time fails its call, which says that it was done', async () => {
    const primary = await RedisServer.start(engine);
    const replica = await RedisServer.start(engine, { replicaOf: primary });
    const store = await connect(primary.url, { minReplicas: 1, lease: 8000 });
    onTestFinished(() => store.close());
    const queue = store.queue<number>();
    await queue.put(1);
    replica.pause();
    await expect(queue.put(2)).rejects.toThrow(/was done, but only 0 of 1 replicas/);
    replica.resume();
    expect(await queue.getMany(2)).toEqual([1, 2]);
  });
});
