import { connect } from '@multiprocess/redis';
import { expect, onTestFinished, test } from 'vitest';
import { times } from '../../helpers/effort.js';
import { describeEngines, RedisServer } from '../../helpers/servers/redis-server.js';

describeEngines('many waits of one program', (engine) => {
  test('have two sockets, and none is lost', async () => {
    const server = await RedisServer.start(engine);
    const clients = async (): Promise<number> =>
      Number(/^connected_clients:(\d+)/m.exec(await server.info('clients'))?.[1]);
    const before = await clients();
    const store = await connect(server.url);
    onTestFinished(() => store.close());
    const count = times(10_000);
    const lock = store.lock();
    await lock.acquire();
    const queue = store.queue<number>();
    const event = store.event();
    const order: number[] = [];
    const locked = Array.from({ length: count }, (_, i) =>
      lock.run(() => {
        order.push(i);
      }),
    );
    const got = Array.from({ length: count }, () => queue.get());
    const set = Array.from({ length: count }, () => event.wait());
    await event.isSet();
    expect((await clients()) - before).toBeLessThanOrEqual(2);
    await event.set();
    expect(new Set(await Promise.all(set))).toEqual(new Set([true]));
    await queue.putMany(Array.from({ length: count }, (_, i) => i));
    expect(await Promise.all(got)).toEqual(Array.from({ length: count }, (_, i) => i));
    await lock.release();
    await Promise.all(locked);
    expect(order).toEqual(Array.from({ length: count }, (_, i) => i));
  });
});
