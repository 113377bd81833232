import { expect, test } from 'vitest';
import { describeEngines, RedisServer } from '../../helpers/servers/redis-server.js';
import { Program } from '../program.js';

const hours = (count: number): string[] => [
  '--import',
  new URL(`../fixtures/wrong-clock.mjs?hours=${count}`, import.meta.url).href,
];

describeEngines('programs whose clocks are wrong by an hour', (engine) => {
  test('have the same locks, leases, fences and items as those whose clocks are right', async () => {
    const { url } = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'lock' };
    const queue = { kind: 'queue', name: 'queue' };
    const options = { lease: 2000 };
    const programs = await Promise.all(
      [hours(-1), [], hours(1)].map((execArgv) => Program.start(url, options, execArgv)),
    );
    let last = 0n;
    for (const [i, holder] of programs.entries()) {
      const next = programs[(i + 1) % programs.length]!;
      const { fence } = await holder.hold(lock);
      expect(BigInt(fence)).toBeGreaterThan(last);
      last = BigInt(fence);
      // Longer than the lease, which is renewed; and not longer than asked for.
      expect(await next.call(lock, 'acquire', { timeout: 2500 })).toBe(false);
      expect(await holder.guard('lock')).toMatchObject({ lost: false });
      const { result } = await next.begin(queue, 'get', 'size');
      await holder.call(queue, 'put', i);
      expect(await result).toBe(i);
      await holder.ask({ action: 'release', name: 'lock' });
    }
  });

  test('take over from each other when one is killed', async () => {
    const { url } = await RedisServer.start(engine);
    const lock = { kind: 'lock', name: 'lock' };
    const [late, early] = await Promise.all(
      [hours(-1), hours(1)].map((execArgv) => Program.start(url, { lease: 600_000 }, execArgv)),
    );
    const { fence } = await early!.hold(lock);
    const next = late!.hold(lock);
    await late!.call(lock, 'locked');
    await early!.kill();
    expect(BigInt((await next).fence)).toBeGreaterThan(BigInt(fence));
  });
});
