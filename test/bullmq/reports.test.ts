import { RedisJoinableQueue } from '@multiprocess/redis';
import type { RedisStore } from '@multiprocess/redis';
import { Queue } from 'bullmq';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { patience } from '../helpers/effort.js';
import { sendCommand } from '../helpers/servers/command.js';
import { sharedServers } from '../helpers/servers/redis-server.js';
import { until } from '../helpers/until.js';
import { openStore } from '../redis/stores.js';
import { Host, newPool } from './host.js';
import type { Jobs } from './host.js';

/** What jobs carry; see wire/job-data.ts. */
interface Carried {
  readonly results: string;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

for (const server of sharedServers()) {
  describe.skipIf(server.missing)(`between callers and agents, ${server.name}`, () => {
    const host = new Host().install();
    let jobs: Jobs;

    beforeAll(async () => {
      const agent = await host.agent(server.url());
      jobs = await host.jobs();
      return () => agent.kill('SIGTERM');
    });

    const port = (): number => Number(new URL(server.url()).port);
    const openQueue = (): Queue<Carried> => {
      const queue = new Queue<Carried>('jobs', { connection: { host: '127.0.0.1', port: port() } });
      onTestFinished(() => queue.close());
      return queue;
    };
    const begun = (log: string, count: number): Promise<boolean> =>
      until(() => host.read(log).split('begun').length > count);
    const runHeld = (store: RedisStore, name: string) => {
      const result = newPool(store).applyAsync(jobs.held, [host.path(`${name}.log`), host.path(`${name}.gate`)]);
      result.then(undefined, () => undefined);
      return result;
    };

    test('a job that is alone leaves no marker, which would wake an agent in vain; one that waits does', async () => {
      const store = await openStore(server.url());
      const markers = () => sendCommand(port(), ['ZCARD', 'bull:jobs:marker']);
      const first = runHeld(store, 'marked');
      await begun('marked.log', 1);
      expect(await markers()).toBe(0);
      const second = runHeld(store, 'marked');
      await until(async () => (await markers()) === 1);
      host.write('marked.gate');
      expect(await Promise.all([first, second])).toEqual(['done', 'done']);
      await until(async () => (await markers()) === 0);
    });

    test('what a caller has got is acknowledged, together or when it rests', async () => {
      const pool = newPool(await openStore(server.url()));
      for (const n of range(70)) await pool.apply(jobs.double, [n]);
      const [job] = await openQueue().getJobs(['completed'], 0, 0);
      const results = RedisJoinableQueue.attach(job!.data.results);
      onTestFinished(() => results.close());
      expect(await results.join()).toBe(true);
      expect(await results.empty()).toBe(true);
    });

    test.each([0, 1, 3000, 4090, 4094, 4100, 70_000])('results of %d bytes arrive as they are', async (count) => {
      const pool = newPool(await openStore(server.url()));
      const sent = Buffer.alloc(count, 200);
      const [back] = await pool.apply(jobs.echo, [sent]);
      expect(sent.equals(back as Buffer)).toBe(true);
      expect(Buffer.alloc(count, 7).equals(await pool.apply(jobs.bytes, [count]))).toBe(true);
    });

    test('one function after the other is called in the same worker, whether it returns a promise or not', async () => {
      const pool = newPool(await openStore(server.url()));
      for (const n of range(5)) {
        expect(await pool.apply(jobs.double, [n])).toBe(2 * n);
        expect(await pool.apply(jobs.add, [n, 1])).toBe(n + 1);
        expect(await pool.apply(jobs.echo, [new Map([[n, new Date(n)]])])).toEqual([new Map([[n, new Date(n)]])]);
        await expect(pool.apply(jobs.fail, [`${n}`])).rejects.toThrow(new RangeError(`${n}`));
      }
    });

    test('a report that the server refuses from the connection that ends the job is put by the store', async () => {
      const store = await openStore(server.url());
      const result = runHeld(store, 'refused');
      await begun('refused.log', 1);
      const [job] = await openQueue().getJobs(['active'], 0, 0);
      const results = RedisJoinableQueue.attach(job!.data.results);
      onTestFinished(() => results.close());
      await results.unlink();
      host.write('refused.gate');
      expect(await result).toBe('done');
    });

    test('an agent that gets SIGTERM while it is idle gives the next job to another', patience(60_000), async () => {
      const store = await openStore(server.url());
      const pool = newPool(store, { queue: 'closing' });
      const leaving = await host.agent(server.url(), { queue: 'closing' });
      for (const n of range(10)) expect(await pool.apply(jobs.double, [n])).toBe(2 * n);
      const calls = range(20).map((n) => pool.apply(jobs.double, [n]));
      process.kill(leaving.pid, 'SIGTERM');
      const staying = await host.agent(server.url(), { queue: 'closing' });
      expect(await Promise.all(calls)).toEqual(range(20).map((n) => 2 * n));
      await leaving.exit;
      await staying.kill('SIGTERM');
    });
  });
}
