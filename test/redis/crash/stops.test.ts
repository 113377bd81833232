import { expect, test } from 'vitest';
import { describeEngines, RedisServer } from '../../helpers/servers/redis-server.js';
import { until } from '../../helpers/until.js';
import { Program } from '../program.js';

const LEASE = 2000; // as long as a slow machine needs to renew it in time
const options = { lease: LEASE };

describeEngines('SIGSTOP', (engine) => {
  test('of a holder for longer than its lease: the next one has the lock, with a larger fence, and the old one learns of it', async () => {
    const { url } = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'one' };
    const [holder, other] = await Promise.all([Program.start(url, options), Program.start(url, options)]);
    const held = await holder.hold(lock);
    await holder.stop();
    const taken = await other.hold(lock);
    expect(taken.at - held.at).toBeGreaterThan(LEASE / 2); // a lease that was renewed some time ago
    expect(BigInt(taken.fence)).toBeGreaterThan(BigInt(held.fence));
    expect(await other.call(lock, 'ownerDied')).toBe(true);
    holder.resume();
    expect(await holder.event('lost one')).toMatchObject({ reason: 'LockLostError' });
    await expect(holder.ask({ action: 'release', name: 'one' })).rejects.toThrow(/lost/);
    expect(await other.guard('one')).toMatchObject({ lost: false });
    await other.ask({ action: 'release', name: 'one' });
    expect((await holder.hold(lock)).lost).toBe(false); // it is as good as new
  });

  test('of a holder for less than its lease changes nothing', async () => {
    const { url } = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'one' };
    const patient = { lease: 60_000 };
    const [holder, other] = await Promise.all([Program.start(url, patient), Program.start(url, patient)]);
    await holder.hold(lock);
    await holder.stop();
    expect(await other.call(lock, 'acquire', { timeout: 500 })).toBe(false);
    holder.resume();
    expect(await holder.guard('one')).toMatchObject({ lost: false });
    await holder.ask({ action: 'release', name: 'one' });
    expect(await other.call(lock, 'acquire')).toBe(true);
  });

  test('of the first waiter: what it is given goes to the next when its lease is over', async () => {
    const { url } = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'one' };
    const [holder, stopped, next] = await Promise.all([1, 2, 3].map(() => Program.start(url, options)));
    await holder!.hold(lock);
    await stopped!.begin(lock, 'acquire', 'locked');
    const { result } = await next!.begin(lock, 'acquire', 'locked');
    await stopped!.stop();
    await holder!.ask({ action: 'release', name: 'one' });
    expect(await result).toBe(true);
    stopped!.resume();
    expect(await next!.call(lock, 'locked')).toBe(true);
    await next!.call(lock, 'release');
  });

  test('of a getter: what is put meanwhile goes to others, and nothing twice', async () => {
    const { url } = await RedisServer.start(engine);
    const queue = { kind: 'queue', name: 'items' };
    const [stopped, other] = await Promise.all([1, 2].map(() => Program.start(url, options)));
    const { result: early } = await stopped!.begin(queue, 'get', 'size');
    await stopped!.stop();
    await other!.call(queue, 'putMany', [1, 2, 3]);
    const got: unknown[] = [];
    await until(async () => {
      got.push(...((await other!.call(queue, 'getMany', 9)) as unknown[]));
      return got.includes(3);
    });
    stopped!.resume();
    await other!.call(queue, 'put', 4);
    got.push(await Promise.race([early, other!.call(queue, 'get')]));
    expect(new Set(got).size).toBe(got.length);
    expect(got).toEqual(expect.arrayContaining([2, 3]));
  });

  test('of a getter for longer than its lease: it gets items again when it goes on', async () => {
    const server = await RedisServer.start(engine);
    const queue = { kind: 'queue', name: 'items' };
    const [stopped, other] = await Promise.all([1, 2].map(() => Program.start(server.url, options)));
    const { result } = await stopped!.begin(queue, 'get', 'size');
    await stopped!.stop();
    // One that waits buries the dead.
    void other!.call({ kind: 'event', name: 'never' }, 'wait');
    await until(async () => Number(await server.command('ZCARD', 'mp:sessions')) === 1);
    stopped!.resume();
    await other!.call(queue, 'put', 7);
    expect(await result).toBe(7);
  });

  test('of a taker of a joinable queue: its item comes again', async () => {
    const { url } = await RedisServer.start(engine);
    const queue = { kind: 'joinableQueue', name: 'items' };
    const [stopped, other] = await Promise.all([1, 2].map(() => Program.start(url, options)));
    await other!.call(queue, 'put', 'again');
    expect(await stopped!.call(queue, 'get')).toBe('again');
    await stopped!.stop();
    expect(await other!.call(queue, 'get')).toBe('again');
    await other!.call(queue, 'taskDone');
    expect(await other!.call(queue, 'join')).toBe(true);
    stopped!.resume();
    await expect(stopped!.call(queue, 'taskDone')).rejects.toThrow();
  });

  test('of a putter that waits for room: others go on when its lease is over', async () => {
    const { url } = await RedisServer.start(engine);
    const queue = { kind: 'queue', name: 'items', made: [1] };
    const [stopped, other] = await Promise.all([1, 2].map(() => Program.start(url, options)));
    await other!.call(queue, 'put', 'first');
    await stopped!.begin(queue, 'put', 'size', 'stopped');
    const { result } = await other!.begin(queue, 'put', 'size', 'other');
    await stopped!.stop();
    expect(await other!.call(queue, 'get')).toBe('first');
    const got = [await other!.call(queue, 'get')];
    if (got[0] !== 'other') got.push(await other!.call(queue, 'get'));
    await result;
    expect(got.at(-1)).toBe('other');
  });

  test('of the server: waits and holds go on when it does', async () => {
    const server = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'one' };
    const patient = { lease: 60_000 };
    const [holder, other] = await Promise.all([Program.start(server.url, patient), Program.start(server.url, patient)]);
    await holder.hold(lock);
    const { result } = await other.begin(lock, 'acquire', 'locked');
    server.pause();
    const released = holder.ask({ action: 'release', name: 'one' });
    await holder.ask({ action: 'busy', milliseconds: 100 }); // it has sent that
    server.resume();
    await released;
    expect(await result).toBe(true);
  });
});

describeEngines('a busy event loop', (engine) => {
  test('of three leases loses no lock, and no wait of others ends early', async () => {
    const { url } = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'one' };
    const [holder, other] = await Promise.all([Program.start(url, options), Program.start(url, options)]);
    await holder.hold(lock);
    const { result } = await other.begin(lock, 'acquire', 'locked');
    let isTaken = false;
    void result.then(() => (isTaken = true));
    await holder.ask({ action: 'busy', milliseconds: 3 * LEASE });
    expect(await holder.guard('one')).toMatchObject({ lost: false });
    expect(isTaken).toBe(false);
    await holder.ask({ action: 'release', name: 'one' });
    expect(await result).toBe(true);
    expect(await other.call(lock, 'ownerDied')).toBe(false);
  });

  test('of three leases in one that waits keeps its place', async () => {
    const { url } = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'one' };
    const [holder, busy, last] = await Promise.all([1, 2, 3].map(() => Program.start(url, options)));
    await holder!.hold(lock);
    const { result } = await busy!.begin(lock, 'acquire', 'locked');
    const { result: behind } = await last!.begin(lock, 'acquire', 'locked');
    await busy!.ask({ action: 'busy', milliseconds: 3 * LEASE });
    await holder!.ask({ action: 'release', name: 'one' });
    expect(await result).toBe(true);
    await busy!.call(lock, 'release');
    expect(await behind).toBe(true);
  });
});
