import { expect, test } from 'vitest';
import { patience, times } from '../../helpers/effort.js';
import { describeEngines, RedisServer } from '../../helpers/servers/redis-server.js';
import { until } from '../../helpers/until.js';
import { Program } from '../program.js';

// So long that a test would time out that waited for it: what dies is to be seen by the end of its socket.
const NEVER = { lease: 600_000 };

// Most of it starts programs.
const long = patience(240_000);

describeEngines('kill -9', (engine) => {
  test.each(['lock', 'rlock', 'condition', 'boundedSemaphore'])(
    'of the holder of a %s: the next one has it',
    long,
    async (kind) => {
      const { url } = await RedisServer.start(engine);
      const object = { kind, name: 'one', made: [1] };
      const hasFence = kind !== 'boundedSemaphore';
      let holder = await Program.start(url, NEVER);
      let { fence } = await holder.hold(object);
      for (let i = 0; i < times(25); i++) {
        const next = await Program.start(url, NEVER);
        const waiting = next.hold(object);
        await next.call(object, hasFence ? 'locked' : 'value'); // the server knows that it waits
        await holder.kill();
        const taken = await waiting;
        if (hasFence) {
          expect(BigInt(taken.fence)).toBeGreaterThan(BigInt(fence));
          expect(await next.call(object, 'ownerDied')).toBe(true);
        }
        [holder, fence] = [next, taken.fence];
      }
    },
  );

  test('of waiters anywhere in a line: the others have it in their order', async () => {
    const { url } = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'line' };
    const [holder, ...waiters] = await Promise.all(Array.from({ length: 6 }, () => Program.start(url, NEVER)));
    await holder!.call(lock, 'acquire');
    const waits: Promise<unknown>[] = [];
    for (const waiter of waiters) waits.push((await waiter.begin(lock, 'acquire', 'locked')).result);
    const [first, , third] = waiters;
    await Promise.all([first!.kill(), third!.kill()]);
    let last = holder!;
    for (const [i, waiter] of waiters.entries()) {
      if (waiter === first || waiter === third) continue;
      await last.call(lock, 'release');
      expect(await waits[i]).toBe(true);
      last = waiter;
    }
  });

  test(
    'of the holder and of the first that waits, at once: the second has it, and says whether its owner died',
    long,
    async () => {
      const { url } = await RedisServer.start(engine);
      const lock = { kind: 'lock', name: 'one' };
      const next = await Program.start(url, NEVER);
      for (let i = 0; i < times(20); i++) {
        const [holder, first] = await Promise.all([1, 2].map(() => Program.start(url, NEVER)));
        const { fence } = await holder!.hold(lock);
        await first!.begin(lock, 'acquire', 'locked');
        const waiting = next.hold(lock);
        await next.call(lock, 'locked');
        await Promise.all([holder!.kill(), first!.kill()]);
        expect(BigInt((await waiting).fence)).toBeGreaterThan(BigInt(fence));
        expect(await next.call(lock, 'ownerDied')).toBe(true);
        await next.ask({ action: 'release', name: 'one' });
        await next.call(lock, 'acquire');
        expect(await next.call(lock, 'ownerDied')).toBe(false);
        await next.call(lock, 'release');
      }
    },
  );

  test('of the holder of several permits: all come back', async () => {
    const { url } = await RedisServer.start(engine);
    const permits = { kind: 'boundedSemaphore', name: 'permits', made: [2] };
    const [dead, other] = await Promise.all([1, 2].map(() => Program.start(url, NEVER)));
    await dead!.call(permits, 'acquire');
    await dead!.call(permits, 'acquire');
    const { result } = await other!.begin(permits, 'acquire', 'value');
    await dead!.kill();
    expect(await result).toBe(true);
    expect(await other!.call(permits, 'value')).toBe(1);
  });

  test('of a caller that waits to be notified: the notification goes to another', async () => {
    const server = await RedisServer.start(engine);
    const condition = { kind: 'condition', name: 'condition' };
    const sleepers = async (): Promise<number> => Number(await server.command('ZCARD', 'mp:d:n/condition'));
    const [dead, other] = await Promise.all([1, 2].map(() => Program.start(server.url, NEVER)));
    void dead!.ask({ action: 'sleep', ...condition });
    await until(async () => (await sleepers()) === 1);
    const woken = other!.ask({ action: 'sleep', ...condition });
    await until(async () => (await sleepers()) === 2);
    const notifier = await Program.start(server.url, NEVER);
    await dead!.kill();
    await until(async () => Number(await server.command('ZCARD', 'mp:sessions')) === 2); // it has been buried
    await notifier.ask({ action: 'notify', ...condition });
    expect(await woken).toBe(true);
  });

  test('of a taker of a joinable queue: what it had not reported comes again, at the front and in its order', async () => {
    const { url } = await RedisServer.start(engine);
    const queue = { kind: 'joinableQueue', name: 'jobs' };
    const [dead, other] = await Promise.all([1, 2].map(() => Program.start(url, NEVER)));
    await other!.call(queue, 'putMany', [1, 2, 3, 4]);
    expect(await dead!.call(queue, 'getMany', 3)).toEqual([1, 2, 3]);
    await dead!.call(queue, 'taskDone');
    expect(await other!.call(queue, 'get')).toBe(4);
    const { result } = await other!.begin(queue, 'getMany', 'size', 9);
    await dead!.kill();
    expect(await result).toEqual([2, 3]);
    for (let i = 0; i < 3; i++) await other!.call(queue, 'taskDone');
    expect(await other!.call(queue, 'join')).toBe(true);
  });

  test('of a party that waits at a barrier breaks it', async () => {
    const { url } = await RedisServer.start(engine);
    const barrier = { kind: 'barrier', name: 'start', made: [3] };
    const [one, two] = await Promise.all([1, 2].map(() => Program.start(url, NEVER)));
    await one!.begin(barrier, 'wait', 'waiting');
    const { result } = await two!.begin(barrier, 'wait', 'waiting');
    await one!.kill();
    await expect(result).rejects.toThrow(/broken/);
    expect(await two!.call(barrier, 'broken')).toBe(true);
  });

  test('of a getter in front: what is put when the server has seen that goes to the next', async () => {
    const server = await RedisServer.start(engine);
    const queue = { kind: 'queue', name: 'items' };
    const [dead, next, putter] = await Promise.all([1, 2, 3].map(() => Program.start(server.url, NEVER)));
    await dead!.begin(queue, 'get', 'size');
    const { result } = await next!.begin(queue, 'get', 'size');
    await dead!.kill();
    await until(async () => {
      const channels = await server.command('PUBSUB', 'CHANNELS');
      return Array.isArray(channels) && channels.length === 2; // each session listens to one
    });
    await putter!.call(queue, 'put', 'x');
    expect(await result).toBe('x');
    expect(await putter!.call(queue, 'size')).toBe(0);
  });

  test(
    'of producers and consumers at any moment: what was put is got, once, but for what a dead one had just been given',
    long,
    async () => {
      const { url } = await RedisServer.start(engine);
      const { puts, gets, deadConsumers } = await killAtRandom(url, 'queue');
      const got = new Set(gets);
      expect(gets).toHaveLength(got.size); // none twice
      const lost = puts.filter((item) => !got.has(item));
      expect(lost.length).toBeLessThanOrEqual(deadConsumers);
    },
  );

  test(
    'of producers and consumers of a joinable queue: what was put is got, again where its taker died',
    long,
    async () => {
      const { url } = await RedisServer.start(engine);
      const { puts, gets } = await killAtRandom(url, 'joinableQueue');
      const got = new Set(gets);
      expect(puts.filter((item) => !got.has(item))).toEqual([]);
    },
  );
});

/** An item that no producer puts. */
const END = -1;

/** Kills producers and consumers one by one, each replaced by another, and takes what is left in the end. */
async function killAtRandom(url: string, kind: 'queue' | 'joinableQueue') {
  const queue = { kind, name: 'work', made: [100] };
  let started = 0;
  const start = async (action: 'produce' | 'consume'): Promise<Program> => {
    const program = await Program.start(url, NEVER);
    void program.ask({ action, ...queue, from: started++ * 1_000_000 });
    return program;
  };
  const living = [await start('produce'), await start('consume'), await start('produce'), await start('consume')];
  const all = [...living];
  let deadConsumers = 0;
  for (let i = 0; i < times(40); i++) {
    const at = Math.floor(Math.random() * living.length);
    const victim = living[at]!;
    const enough = 1 + Math.floor(Math.random() * 50);
    await until(() => victim.messages.length >= enough); // in the middle of its work, at no moment that it chose
    await victim.kill();
    const isConsumer = at % 2 === 1;
    if (isConsumer) deadConsumers++;
    living[at] = await start(isConsumer ? 'consume' : 'produce');
    all.push(living[at]);
  }
  await Promise.all(living.map((one) => one.kill()));
  deadConsumers += 2;
  const last = await Program.start(url, NEVER);
  if (kind === 'joinableQueue') {
    void last.ask({ action: 'consume', ...queue });
    expect(await last.call(queue, 'join')).toBe(true); // also what dead takers had comes again, and is done
  } else {
    void last.ask({ action: 'consume', ...queue });
    await last.call(queue, 'put', END); // behind all that was put; what a dead producer waited to put may still come
    await until(() => last.items('got').includes(END));
  }
  all.push(last);
  return {
    puts: all.flatMap((one) => one.items('put')),
    gets: all.flatMap((one) => one.items('got')).filter((item) => item !== END),
    deadConsumers,
  };
}
