import { Agent, DistributedPool } from '@multiprocess/bullmq';
import { expect, test } from 'vitest';
import { sharedServers } from '../helpers/servers/redis-server.js';
import { openStore } from '../redis/stores.js';
import { Host, newPool } from './host.js';

const [server] = sharedServers();

const URL = 'redis://127.0.0.1:1';

test.each<[what: string, options: object, message: string]>([
  [
    'no queue',
    {},
    "queue must be the name of a queue, without a colon, as in { queue: 'resize', processes: 4 }, received undefined",
  ],
  ['a queue with a colon', { queue: 'a:b' }, "received 'a:b'"],
  ['processes', { queue: 'a', processes: 0 }, 'processes must be a whole number'],
  ['a folder', { queue: 'a', directory: 1 }, 'directory must be a string, received 1'],
  ['a lease', { queue: 'a', lease: 5 }, 'lease must be a whole number of milliseconds'],
  ['maxTasksPerChild', { queue: 'a', maxTasksPerChild: 0 }, 'maxTasksPerChild must be a whole number'],
  ['onError', { queue: 'a', onError: 1 }, 'onError must be a function, received 1'],
])('an Agent refuses %s', (_what, options, message) => {
  expect(() => new Agent(URL, options as never)).toThrow(message);
});

test.each([undefined, null, 5, {}])('neither takes %j for a server', (wrong) => {
  expect(() => new Agent(wrong as never, { queue: 'a' })).toThrow(/must be a store on Redis: await connect/);
  expect(() => new DistributedPool(wrong as never, { queue: 'a' })).toThrow(/must be a store on Redis: await connect/);
});

test.skipIf(server?.missing)('a DistributedPool refuses what is no option, argument or function', async () => {
  const store = await openStore(server!.url());
  const refused =
    (options: object): (() => unknown) =>
    () =>
      new DistributedPool(store, options as never);
  expect(refused({})).toThrow(/queue must be the name of a queue/);
  expect(refused({ queue: 'a', onWorkerDeath: 'maybe' })).toThrow(
    "onWorkerDeath must be 'reject' or 'retry', received 'maybe'",
  );
  expect(refused({ queue: 'a', retries: -1 })).toThrow(/retries must be a whole number/);
  expect(refused({ queue: 'a', keepJobs: 0.5 })).toThrow(/keepJobs must be a whole number/);
  expect(refused({ queue: 'a', watchInterval: 0 })).toThrow(/watchInterval must be a whole number/);
  expect(refused({ queue: 'a', refusalTimeout: NaN })).toThrow(/refusalTimeout must be a number/);
  const { double } = await new Host().install().jobs();
  const pool = newPool(store, { queue: 'a' });
  const source = (n: number): number => n;
  await expect(pool.apply(source, [1])).rejects.toThrow(/source is refused/);
  await expect(pool.map(source, [1])).rejects.toThrow(/source is refused/);
  expect(() => pool.imap(source, [1])).toThrow(/source is refused/);
  expect(() => pool.applyAsync(source, [1])).toThrow(/source is refused/);
  await expect(pool.apply('file:///srv/jobs.js#resize@1')).rejects.toThrow(
    /must be named like @acme\/jobs#resize@1\.4/,
  );
  await expect(pool.apply(double, 1 as never)).rejects.toThrow('args must be an array of arguments, received 1');
  await expect(pool.apply(double, [1], { timeout: 'a' as never })).rejects.toThrow(/timeout must be/);
  await expect(pool.map(double, 1 as never)).rejects.toThrow(/inputs must be/);
  expect(() => pool.imap(double, [1], { window: 0 })).toThrow(/window must be/);
  await expect(pool.join()).rejects.toThrow(/close\(\) or terminate\(\) it before join\(\)/);
  const already = AbortSignal.abort(new Error('before'));
  await expect(pool.apply(double, [1], { signal: already })).rejects.toThrow('before');
  await expect(pool.applyAsync(double, [1], { signal: already }).get()).rejects.toThrow('before');
  await expect(pool.map(double, [1], { signal: already })).rejects.toThrow('before');
});
