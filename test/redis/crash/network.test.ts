import { connect } from '@multiprocess/redis';
import { EngineConnectionError, LockLostError, QueueEmptyError } from '@multiprocess/shared-memory';
import { expect, onTestFinished, test } from 'vitest';
import { times } from '../../helpers/effort.js';
import { NetworkProxy } from '../../helpers/servers/network-proxy.js';
import { describeEngines, RedisServer } from '../../helpers/servers/redis-server.js';
import { until } from '../../helpers/until.js';
import { Program } from '../program.js';

type Options = Parameters<typeof connect>[1];

describeEngines('a bad network', (engine) => {
  /** A session behind a proxy, and one beside it. */
  const connected = async (options: Options = {}) => {
    const server = await RedisServer.start(engine);
    const proxy = await NetworkProxy.start(server.port);
    const behind = await connect(`redis://127.0.0.1:${proxy.port}`, options);
    const beside = await connect(server.url, options);
    onTestFinished(async () => {
      proxy.resume();
      proxy.admit();
      await Promise.all([behind.close(), beside.close()]);
    });
    return { server, proxy, behind, beside };
  };

  // Longer than any connecting takes here, so that only a real death is one.
  const patient = { grace: 30_000, lease: 60_000 };

  test('a cut connection is no death: what is held stays held, and what waits waits', async () => {
    const { proxy, behind, beside } = await connected(patient);
    const lock = behind.lock({ name: 'lock' });
    const guard = await lock.hold();
    const wanted = beside.lock({ name: 'wanted' });
    await wanted.acquire();
    const waiting = behind.lock({ name: 'wanted' }).acquire();
    const queue = behind.queue({ name: 'queue' });
    const got = queue.get();
    await queue.size();
    const rival = beside.lock({ name: 'lock' }).acquire();
    for (let i = 0; i < times(20); i++) {
      const before = proxy.accepted;
      proxy.cut();
      await until(() => proxy.accepted > before);
      expect(await lock.locked()).toBe(true);
    }
    expect(guard.signal.aborted).toBe(false);
    await wanted.release();
    expect(await waiting).toBe(true);
    await beside.queue({ name: 'queue' }).put('item');
    expect(await got).toBe('item');
    await guard.release();
    expect(await rival).toBe(true);
    expect(await beside.lock({ name: 'lock' }).ownerDied()).toBe(false);
  });

  test('a connection that is cut for longer than the grace: the lock goes to the next, and the guard aborts', async () => {
    const { proxy, behind, beside } = await connected({ grace: 50, lease: 60_000 });
    const guard = await behind.lock({ name: 'lock' }).hold();
    const next = beside.lock({ name: 'lock' }).hold();
    proxy.refuse();
    proxy.cut();
    const taken = await next;
    expect(taken.fence).toBeGreaterThan(guard.fence);
    proxy.admit();
    await until(() => guard.signal.aborted);
    await expect(guard.release()).rejects.toThrow(LockLostError);
    expect(taken.signal.aborted).toBe(false);
    await taken.release();
  });

  test('cuts in the middle of messages, both ways: no item is lost or comes twice, and all are in their order', async () => {
    const { proxy, behind, beside } = await connected(patient);
    const queue = behind.queue<number>({ name: 'in', maxsize: 20 });
    const back = behind.queue<number>({ name: 'out', maxsize: 20 });
    const [theirIn, theirOut] = [
      beside.queue<number>({ name: 'in', maxsize: 20 }),
      beside.queue<number>({ name: 'out', maxsize: 20 }),
    ];
    const count = times(2000);
    const got: number[] = [];
    const echoing = (async () => {
      for await (const item of theirIn) await theirOut.put(item);
      await theirOut.shutdown();
    })();
    const consuming = (async () => {
      for await (const item of back) got.push(item);
    })();
    for (let i = 0; i < count; i++) {
      if (i % 10 === 0)
        proxy.cutAfter(1 + Math.floor(Math.random() * 2000), Math.random() < 0.5 ? 'toServer' : 'toClient');
      await queue.put(i);
    }
    await queue.shutdown();
    await Promise.all([echoing, consuming]);
    expect(got).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(proxy.accepted).toBeGreaterThan(3); // there have been cuts
  });

  test('cuts in the middle of gets and reports that are begun together: each item is given and reported once', async () => {
    const { proxy, behind, beside } = await connected(patient);
    const queue = behind.joinableQueue<number>({ name: 'jobs' });
    const puts = beside.joinableQueue<number>({ name: 'jobs' });
    const got: number[] = [];
    const turns = times(200);
    for (let turn = 0; turn < turns; turn++) {
      if (turn % 2 === 0)
        proxy.cutAfter(1 + Math.floor(Math.random() * 1000), Math.random() < 0.5 ? 'toServer' : 'toClient');
      const items = Array.from({ length: 10 }, (_, i) => turn * 10 + i);
      await puts.putMany(items.slice(0, turn % 11));
      const gets = Promise.all(items.map(() => queue.get()));
      await puts.putMany(items.slice(turn % 11));
      got.push(...(await gets));
      await Promise.all(items.map(() => queue.taskDone()));
    }
    expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: turns * 10 }, (_, i) => i));
    expect(await queue.join({ timeout: 0 })).toBe(true);
    await expect(queue.taskDone()).rejects.toThrow(RangeError);
    expect(proxy.accepted).toBeGreaterThan(3); // there have been cuts
  });

  test('cuts in the middle of messages: each change is done once', async () => {
    const { proxy, behind } = await connected(patient);
    const dict = behind.dict<string, number>({}, { name: 'dict' });
    const list = behind.list<number>([], { name: 'list' });
    const count = times(500);
    for (let i = 0; i < count; i++) {
      if (i % 5 === 0)
        proxy.cutAfter(1 + Math.floor(Math.random() * 1000), Math.random() < 0.5 ? 'toServer' : 'toClient');
      await Promise.all([dict.increment('n'), list.push(i)]);
    }
    expect(await dict.get('n')).toBe(count);
    expect((await list.snapshot()).length).toBe(count);
  });

  test('cuts while a lock goes round: it has one holder at a time, and is never lost', async () => {
    const { proxy, behind, beside } = await connected(patient);
    const locks = [behind.lock({ name: 'lock' }), beside.lock({ name: 'lock' }), behind.lock({ name: 'lock' })];
    let inside = 0;
    let turns = 0;
    const count = times(300);
    await Promise.all(
      locks.map(async (lock) => {
        while (turns < count) {
          await lock.run(async () => {
            expect(++inside).toBe(1);
            await new Promise(setImmediate);
            inside--;
            if (turns++ % 10 === 0)
              proxy.cutAfter(1 + Math.floor(Math.random() * 500), Math.random() < 0.5 ? 'toServer' : 'toClient');
          });
        }
      }),
    );
  });

  test.each(['toServer', 'toClient'] as const)(
    'a connection that is half-closed %s is opened again',
    async (direction) => {
      const { proxy, behind, beside } = await connected({ ...patient, lease: 4000 });
      const value = behind.value(1, { name: 'value' });
      await value.add(1);
      const waiting = behind.event({ name: 'event' }).wait();
      await behind.event({ name: 'event' }).isSet();
      proxy.halfClose(direction);
      expect(await value.get()).toBe(2);
      await beside.event({ name: 'event' }).set();
      expect(await waiting).toBe(true);
    },
  );

  test('a slow one delays, and changes nothing else', async () => {
    const { proxy, behind, beside } = await connected();
    proxy.delay(60);
    const lock = behind.lock({ name: 'lock' });
    const begin = performance.now();
    const guard = await lock.hold();
    expect(performance.now() - begin).toBeGreaterThan(118);
    const next = beside.lock({ name: 'lock' }).acquire();
    const got = behind.queue({ name: 'queue' }).get();
    await beside.queue({ name: 'queue' }).put(1);
    expect(await got).toBe(1);
    await guard.release();
    expect(await next).toBe(true);
    expect(await behind.lock({ name: 'lock' }).acquire({ timeout: 100 })).toBe(false);
    await expect(behind.queue({ name: 'queue' }).get({ timeout: 10 })).rejects.toThrow(QueueEmptyError);
  });

  test('a cable that is out: the guard has aborted by its own clock before another has the lock', async () => {
    const server = await RedisServer.start(engine);
    const proxy = await NetworkProxy.start(server.port);
    const options = { lease: 3000 }; // a tenth of it is how late the event loop may be
    const [behind, beside] = await Promise.all([
      Program.start(`redis://127.0.0.1:${proxy.port}`, options),
      Program.start(server.url, options),
    ]);
    const lock = { kind: 'lock', name: 'lock' };
    const held = await behind.hold(lock);
    const next = beside.hold(lock);
    proxy.stall();
    const taken = await next;
    const lost = await behind.event('lost lock');
    // Both times are of one monotonic clock.
    expect(lost.at).toBeLessThanOrEqual(taken.at);
    expect(BigInt(taken.fence)).toBeGreaterThan(BigInt(held.fence));
    proxy.resume();
    await expect(behind.ask({ action: 'release', name: 'lock' })).rejects.toThrow(/lost/);
    await beside.ask({ action: 'release', name: 'lock' });
    expect(await behind.call(lock, 'acquire')).toBe(true);
  });

  test('a cable that is out and in again within the lease: nothing has happened', async () => {
    const { proxy, behind, beside } = await connected({ lease: 60_000 });
    const guard = await behind.lock({ name: 'lock' }).hold();
    const got = behind.queue({ name: 'queue' }).get();
    await behind.queue({ name: 'queue' }).size();
    proxy.stall();
    await beside.queue({ name: 'queue' }).put('held up');
    expect(await beside.lock({ name: 'lock' }).acquire({ timeout: 300 })).toBe(false);
    proxy.resume();
    expect(await got).toBe('held up');
    expect(guard.signal.aborted).toBe(false);
    await guard.release();
  });

  test('no way to the server for too long: calls fail with an EngineConnectionError, and work again when there is one', async () => {
    const { proxy, behind } = await connected({ reconnectTimeout: 200 });
    const value = behind.value(1, { name: 'value' });
    expect(await value.get()).toBe(1);
    const got = behind.queue({ name: 'queue' }).get();
    await behind.queue({ name: 'queue' }).size();
    proxy.refuse();
    proxy.cut();
    await expect(got).rejects.toThrow(EngineConnectionError);
    await expect(value.get()).rejects.toThrow(EngineConnectionError);
    await expect(behind.lock({ name: 'lock' }).acquire()).rejects.toThrow(EngineConnectionError);
    proxy.admit();
    await until(() => value.get().catch(() => undefined));
    expect(await behind.lock({ name: 'lock' }).acquire()).toBe(true);
  });

  test('a wait may time out and be aborted while there is no way to the server', async () => {
    const { proxy, behind } = await connected();
    const lock = behind.lock({ name: 'lock' });
    await lock.acquire();
    proxy.refuse();
    proxy.cut();
    expect(await lock.acquire({ timeout: 50 })).toBe(false);
    const reason = new Error('never mind');
    await expect(lock.acquire({ signal: AbortSignal.timeout(50) })).rejects.toThrow();
    const controller = new AbortController();
    const waiting = behind.event({ name: 'event' }).wait({ signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  test('a wait may time out while the way to the server carries nothing', async () => {
    const { proxy, behind } = await connected(patient);
    const lock = behind.lock({ name: 'lock' });
    await lock.acquire();
    proxy.stall();
    expect(await lock.acquire({ timeout: 50 })).toBe(false);
    await expect(behind.queue({ name: 'queue' }).get({ timeout: 50 })).rejects.toThrow(QueueEmptyError);
  });
});
