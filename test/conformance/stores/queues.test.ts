import { ClosedError, QueueEmptyError, QueueFullError, QueueShutDownError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { abortedLater, abortedNow, oneTry, wrongOptions } from './options.js';
import { Peer } from './peer.js';
import { describeStores } from './stores.js';

describeStores('what is put and got', (suite) => {
  describe.each(['queue', 'joinableQueue'] as const)('through a %s', (kind) => {
    const newQueue = <T = unknown>(maxsize?: number) =>
      suite.closing(suite.store[kind]<T>(maxsize === undefined ? undefined : { maxsize }));

    test('comes in its order, one by one and many at a time', async () => {
      const queue = newQueue();
      await queue.put(0);
      await queue.putNowait('one');
      await queue.putMany([2, { three: 3 }]);
      await queue.putMany([]);
      expect([await queue.size(), await queue.empty(), await queue.full()]).toEqual([4, false, false]);
      expect([await queue.get(), await queue.getNowait()]).toEqual([0, 'one']);
      expect(await queue.getMany(9)).toEqual([2, { three: 3 }]);
      expect([await queue.size(), await queue.empty(), await queue.maxsize()]).toEqual([0, true, 0]);
    });

    test('comes in its order also where puts are not awaited', async () => {
      const queue = newQueue<number>();
      const puts = Array.from({ length: 300 }, (_, i) => queue.put(i));
      await Promise.all(puts);
      const items: number[] = [];
      while (items.length < 300) items.push(...(await queue.getMany(70)));
      expect(items).toEqual(Array.from({ length: 300 }, (_, i) => i));
    });

    test('getMany() waits for the first only, and takes no more than it was asked for', async () => {
      const queue = newQueue();
      const waiting = queue.getMany(5);
      await queue.put('first');
      expect(await waiting).toEqual(['first']);
      await queue.putMany([1, 2, 3]);
      expect([await queue.getMany(2), await queue.getMany(2)]).toEqual([[1, 2], [3]]);
      for (const max of [0, -1, 1.5]) await expect(queue.getMany(max)).rejects.toThrow(RangeError);
      await expect(queue.getMany('1' as never)).rejects.toThrow(TypeError);
    });

    test('a get of an empty queue throws a QueueEmptyError after a timeout, and takes nothing later', async () => {
      const queue = newQueue();
      for (const options of [...oneTry, { timeout: 10 }]) {
        await expect(queue.get(options)).rejects.toThrow(QueueEmptyError);
        await expect(queue.getMany(2, options)).rejects.toThrow(QueueEmptyError);
      }
      await expect(queue.getNowait()).rejects.toThrow(QueueEmptyError);
      await queue.put(1);
      expect(await queue.size()).toBe(1);
    });

    test('a put into a full queue throws a QueueFullError after a timeout, which says how many were put', async () => {
      const queue = newQueue<number>(2);
      await expect(queue.putMany([1, 2, 3], { timeout: 10 })).rejects.toMatchObject({
        name: 'QueueFullError',
        itemsPut: 2,
      });
      for (const options of [...oneTry, { timeout: 10 }]) {
        await expect(queue.put(4, options)).rejects.toThrow(QueueFullError);
        await expect(queue.putMany([4, 5], options)).rejects.toMatchObject({ itemsPut: 0 });
      }
      await expect(queue.putNowait(4)).rejects.toThrow(QueueFullError);
      expect([await queue.full(), await queue.maxsize(), await queue.getMany(9)]).toEqual([true, 2, [1, 2]]);
    });

    test('goes to those who wait in their order', async () => {
      const queue = newQueue<number>();
      const getters = [queue.get(), queue.get(), queue.get()];
      await queue.putMany([1, 2, 3]);
      expect(await Promise.all(getters)).toEqual([1, 2, 3]);
    });

    test('goes to gets that are begun together in their order, also to those that find nothing yet', async () => {
      const queue = newQueue<number>();
      await queue.putMany([1, 2]);
      const getters = Array.from({ length: 5 }, () => queue.get());
      await queue.putMany([3, 4, 5, 6]);
      expect(await Promise.all(getters)).toEqual([1, 2, 3, 4, 5]);
      expect(await queue.getMany(9)).toEqual([6]);
    });

    test('goes to gets that are begun together while a put waits for room', async () => {
      const queue = newQueue<number>(2);
      const put = queue.putMany([1, 2, 3, 4, 5, 6, 7]);
      expect(await Promise.all(Array.from({ length: 6 }, () => queue.get()))).toEqual([1, 2, 3, 4, 5, 6]);
      await put;
      expect(await queue.getMany(9)).toEqual([7]);
    });

    test('goes to gets that are begun together however large it is', async () => {
      const queue = newQueue<Uint8Array>();
      const sizes = [400_000, 400_000, 400_000, 5_000_000, 400_000, 400_000, 400_000, 1];
      for (const size of sizes) await queue.put(new Uint8Array(size));
      const got = await Promise.all(sizes.map(() => queue.get()));
      expect(got.map((item) => item.length)).toEqual(sizes);
    });

    test('is neither lost nor given twice when some of the gets that are begun together are given up at once', async () => {
      const queue = newQueue<number>();
      await queue.putMany([1, 2, 3]);
      const controller = new AbortController();
      const getters = Array.from({ length: 9 }, (_, i) =>
        queue.get(i % 3 === 0 ? { signal: controller.signal } : undefined).catch(() => 'given up' as const),
      );
      controller.abort();
      await queue.putMany([4, 5, 6, 7, 8, 9, 10]);
      const got = (await Promise.all(getters)).filter((item) => item !== 'given up');
      expect(got.length).toBeGreaterThanOrEqual(6);
      const all = [...got, ...(await queue.getMany(9))];
      expect(all.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });

    test('goes to the first of gets that are begun together when the queue has been shut down', async () => {
      const queue = newQueue<number>();
      await queue.putMany([1, 2]);
      await queue.shutdown();
      const getters = Array.from({ length: 4 }, () => queue.get().catch((error: unknown) => error));
      const shut = expect.any(QueueShutDownError) as unknown;
      expect(await Promise.all(getters)).toEqual([1, 2, shut, shut]);
    });

    test('is put as there is room, by those who wait in their order', async () => {
      const queue = newQueue<string>(1);
      await queue.put('a');
      const puts = [queue.put('b'), queue.putMany(['c', 'd']), queue.put('e')];
      const items: string[] = [];
      for (let i = 0; i < 5; i++) items.push(await queue.get());
      await Promise.all(puts);
      expect(items).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await queue.size()).toBe(0);
    });

    test('a putMany() of more than fits ends when the last has been put', async () => {
      const queue = newQueue<number>(3);
      const put = queue.putMany([1, 2, 3, 4, 5]);
      expect(await queue.getMany(10)).toEqual([1, 2, 3]);
      await put;
      expect(await queue.getMany(10)).toEqual([4, 5]);
    });

    test('a wait that is aborted throws the reason; nothing is put or taken, and the others wait on', async () => {
      const queue = newQueue<number>(1);
      const reason = new Error('never mind');
      await expect(queue.get({ signal: abortedNow(reason) })).rejects.toBe(reason);
      const [given, other] = [queue.get({ signal: abortedLater(reason) }), queue.get()];
      await expect(given).rejects.toBe(reason);
      await queue.put(1);
      expect(await other).toBe(1);
      await queue.put(2);
      await expect(queue.put(3, { signal: abortedNow(reason) })).rejects.toBe(reason);
      await expect(queue.put(3, { signal: abortedLater(reason) })).rejects.toBe(reason);
      await expect(queue.drained({ signal: abortedLater(reason) })).rejects.toBe(reason);
      expect(await queue.getMany(9)).toEqual([2]);
    });

    test('no item is lost or given twice when a get ends just as it is put', async () => {
      const queue = newQueue<number>();
      for (let i = 0; i < 40; i++) {
        const controller = new AbortController();
        const get = (i % 2 === 0 ? queue.get({ signal: controller.signal }) : queue.get({ timeout: i % 5 })).catch(
          () => 'none',
        );
        const put = queue.put(i);
        controller.abort(new Error('just now'));
        await put;
        const got = await get;
        if (got === 'none') expect(await queue.get({ timeout: 0 })).toBe(i);
        else expect(got).toBe(i);
        expect(await queue.size()).toBe(0);
      }
    });

    test('wrong options are a TypeError, and nothing is put or taken', async () => {
      const queue = newQueue<number>();
      await queue.put(1);
      for (const options of wrongOptions) {
        await expect(queue.put(2, options)).rejects.toThrow(TypeError);
        await expect(queue.putMany([2], options)).rejects.toThrow(TypeError);
        await expect(queue.get(options)).rejects.toThrow(TypeError);
        await expect(queue.getMany(1, options)).rejects.toThrow(TypeError);
        await expect(queue.drained(options)).rejects.toThrow(TypeError);
      }
      await expect(queue.putMany(5 as never)).rejects.toThrow(TypeError);
      expect(await queue.getMany(9)).toEqual([1]);
      for (const maxsize of [-1, 1.5]) expect(() => newQueue(maxsize)).toThrow(RangeError);
      expect(() => suite.store[kind]('5' as never)).toThrow(TypeError);
    });

    test('drained() waits until what is there has been taken; false after a timeout', async () => {
      const queue = newQueue<number>();
      expect(await queue.drained()).toBe(true);
      await queue.putMany([1, 2]);
      expect([await queue.drained({ timeout: 10 }), await queue.drained({ timeout: 0 })]).toEqual([false, false]);
      const drained = queue.drained();
      await queue.put(3); // comes after the question
      await queue.getMany(2);
      expect(await drained).toBe(true);
      expect(await queue.size()).toBe(1);
    });

    test('shutdown() refuses more puts, gives what is left, and then throws a QueueShutDownError', async () => {
      const queue = newQueue<number>(2);
      await queue.putMany([1, 2]);
      const waiting = queue.put(3);
      waiting.catch(() => undefined);
      await queue.shutdown();
      await queue.shutdown();
      await expect(waiting).rejects.toThrow(QueueShutDownError);
      await expect(queue.put(4)).rejects.toThrow(QueueShutDownError);
      await expect(queue.putMany([4])).rejects.toThrow(QueueShutDownError);
      const items: number[] = [];
      for await (const item of queue) items.push(item);
      expect(items).toEqual([1, 2]);
      await expect(queue.get()).rejects.toThrow(QueueShutDownError);
      await expect(queue.getNowait()).rejects.toThrow(QueueShutDownError);
      await expect(queue.getMany(1)).rejects.toThrow(QueueShutDownError);
    });

    test('shutdown({ immediate: true }) throws away what is left, and ends all waits', async () => {
      const queue = newQueue<number>(1);
      const got = queue.get();
      got.catch(() => undefined);
      await queue.shutdown({ immediate: true });
      await expect(got).rejects.toThrow(QueueShutDownError);
      const full = newQueue<number>(1);
      await full.put(1);
      const drained = full.drained();
      await full.shutdown({ immediate: true });
      expect([await drained, await full.size()]).toEqual([true, 0]);
      await expect(full.get()).rejects.toThrow(QueueShutDownError);
      await expect(newQueue().shutdown({ immediate: 1 as never })).rejects.toThrow(TypeError);
    });

    test('an iteration takes items as they come, and ends with the queue', async () => {
      const queue = newQueue<number>();
      const items: number[] = [];
      const reading = (async () => {
        for await (const item of queue) items.push(item);
      })();
      await queue.put(1);
      await queue.put(2);
      await queue.drained();
      await queue.shutdown();
      await reading;
      expect(items).toEqual([1, 2]);
    });

    test('is a copy, of any kind and size, as it is when it is put', async () => {
      const queue = newQueue();
      const item = { list: [1], map: new Map([[1n, new Date(2)]]) };
      const put = queue.put(item);
      item.list.push(2);
      await put;
      expect(await queue.get()).toEqual({ list: [1], map: new Map([[1n, new Date(2)]]) });
      const waiting = queue.get();
      await queue.put(new Uint8Array(1_000_000).fill(5));
      expect(Buffer.compare((await waiting) as Uint8Array, new Uint8Array(1_000_000).fill(5))).toBe(0);
      await expect(queue.put(Symbol('s'))).rejects.toThrow(/symbol/i);
      await queue.put(undefined);
      expect([await queue.size(), await queue.get()]).toEqual([1, undefined]);
    });

    test('goes between processes, each item to one of them', async () => {
      const queue = newQueue<number>();
      const peers = await Promise.all([1, 2].map(() => Peer.start(suite.reach, queue)));
      const there = peers.map((peer) => peer.call('get'));
      const here = queue.get();
      await queue.putMany([1, 2]);
      await peers[0]!.call('put', 3);
      const got = await Promise.all([here, ...there]);
      expect(got.sort()).toEqual([1, 2, 3]);
    });

    test('after close() the queue throws a ClosedError', async () => {
      const queue = suite.store[kind]();
      queue.close();
      await expect(queue.put(1)).rejects.toThrow(ClosedError);
      await expect(queue.get()).rejects.toThrow(ClosedError);
    });
  });

  test('join() waits until each item is done; false after a timeout', async () => {
    const queue = suite.closing(suite.store.joinableQueue<number>());
    expect(await queue.join()).toBe(true);
    await queue.putMany([1, 2]);
    const joined = queue.join();
    await queue.getMany(2);
    await queue.taskDone();
    expect([await queue.join({ timeout: 10 }), await queue.join({ timeout: 0 })]).toEqual([false, false]);
    const reason = new Error('never mind');
    await expect(queue.join({ signal: abortedLater(reason) })).rejects.toBe(reason);
    for (const options of wrongOptions) await expect(queue.join(options)).rejects.toThrow(TypeError);
    await queue.taskDone();
    expect(await joined).toBe(true);
  });

  test('join() counts items that are put meanwhile', async () => {
    const queue = suite.closing(suite.store.joinableQueue<number>());
    await queue.put(1);
    let isJoined = false;
    const joined = queue.join().then(() => (isJoined = true));
    await queue.put(2);
    await queue.getMany(2);
    await queue.taskDone();
    expect(await queue.join({ timeout: 10 })).toBe(false);
    expect(isJoined).toBe(false);
    await queue.taskDone();
    await joined;
  });

  test('taskDone() once too often is a RangeError', async () => {
    const queue = suite.closing(suite.store.joinableQueue<number>());
    await expect(queue.taskDone()).rejects.toThrow(RangeError);
    await queue.put(1);
    await queue.get();
    await queue.taskDone();
    await expect(queue.taskDone()).rejects.toThrow(RangeError);
  });

  test('of reports that are begun together, those that are one too many are a RangeError', async () => {
    const queue = suite.closing(suite.store.joinableQueue<number>());
    await queue.putMany([1, 2, 3]);
    await queue.getMany(3);
    const joined = queue.join();
    const reports = Array.from({ length: 5 }, () => queue.taskDone().catch((error: unknown) => error));
    const many = expect.any(RangeError) as unknown;
    expect(await Promise.all(reports)).toEqual([undefined, undefined, undefined, many, many]);
    expect(await joined).toBe(true);
  });

  test('shutdown({ immediate: true }) ends join()', async () => {
    const queue = suite.closing(suite.store.joinableQueue<number>());
    await queue.put(1);
    const joined = queue.join();
    await queue.shutdown({ immediate: true });
    expect(await joined).toBe(true);
  });
});
