import { DistributedResult } from '@multiprocess/bullmq';
import { listObjects } from '@multiprocess/redis';
import { ClosedError, SerializationError, TimeoutError } from '@multiprocess/shared-memory';
import { Queue } from 'bullmq';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sharedServers } from '../helpers/servers/redis-server.js';
import { until } from '../helpers/until.js';
import { openStore } from '../redis/stores.js';
import { Host, newPool } from './host.js';
import type { Jobs } from './host.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

for (const server of sharedServers()) {
  describe.skipIf(server.missing)(`a DistributedPool, ${server.name}`, () => {
    const host = new Host().install();
    let jobs: Jobs;
    let agentPid: number;

    beforeAll(async () => {
      const agent = await host.agent(server.url(), { processes: 2 });
      agentPid = agent.pid;
      jobs = await host.jobs();
      return () => agent.kill('SIGTERM');
    });

    const open = async (options = {}) => newPool(await openStore(server.url()), options);

    test('apply() calls a function in a worker process of an agent', async () => {
      const pool = await open();
      expect(await pool.apply(jobs.add, [1, 2])).toBe(3);
      const [own, parent] = await pool.apply(jobs.processIds);
      expect(parent).toBe(agentPid);
      expect(own).not.toBe(process.pid);
    });

    test('a function may be given by its name', async () => {
      const pool = await open();
      expect(await pool.apply('@acme/jobs#double@1', [4])).toBe(8);
      expect(await pool.map<number, number>('@acme/jobs#double@1.4.2', [1, 2])).toEqual([2, 4]);
    });

    test('arguments and results are what the serializer carries', async () => {
      const pool = await open();
      const args = [
        new Date(0),
        new Map([[1, new Set(['a'])]]),
        10n,
        Buffer.from('abc'),
        undefined,
        new TypeError('x'),
      ];
      expect(await pool.apply(jobs.echo, args)).toEqual(args);
    });

    test('with serializer json, nothing of the caller is run', async () => {
      const connection = { serializer: 'json', prefix: 'json' } as const;
      await host.agent(server.url(), {}, connection);
      const pool = newPool(await openStore(server.url(), connection));
      const args = [new Date(0), new Map([[1, 'a']]), new Uint8Array([1, 2])];
      expect(await pool.apply(jobs.echo, args)).toEqual(args);
      await expect(pool.apply(jobs.fail, ['no'])).rejects.toThrow(new RangeError('no'));
      await expect(pool.apply(jobs.echo, [() => 1])).rejects.toThrow(SerializationError);
    });

    test('what the function throws arrives with its class', async () => {
      const pool = await open();
      await expect(pool.apply(jobs.fail, ['no'])).rejects.toThrow(new RangeError('no'));
    });

    test('large arguments and results travel by keys, which are removed', async () => {
      const pool = await open();
      const bytes = Buffer.alloc(3_000_000, 7);
      const [back] = await pool.apply(jobs.echo, [bytes]);
      expect(bytes.equals(back as Buffer)).toBe(true);
      expect((await pool.apply(jobs.bytes, [1_000_000])).byteLength).toBe(1_000_000);
      await until(async () => (await listObjects(server.url())).every(({ kind }) => kind !== 'Value'));
    });

    test('map() gives the results in the order of the inputs', async () => {
      const pool = await open();
      expect(await pool.map(jobs.double, range(1000))).toEqual(range(1000).map((n) => 2 * n));
      expect(await pool.map(jobs.double, [])).toEqual([]);
    });

    test('map() makes a job of each chunk, and tells how far it is', async () => {
      const pool = await open();
      const steps: [number, number][] = [];
      await pool.map(jobs.double, range(10), { chunksize: 4, onProgress: (...step) => steps.push(step) });
      expect(steps.map(([, total]) => total)).toEqual([10, 10, 10]);
      expect(steps.at(-1)).toEqual([10, 10]);
      expect((await pool.stats()).completed).toBe(3);
    });

    test('map() rejects with an error of an input', async () => {
      const pool = await open();
      await expect(pool.map(jobs.odd, [1, 2, 3], { chunksize: 1 })).rejects.toThrow(new RangeError('2 is even'));
    });

    test('starmap() takes each input as arguments', async () => {
      const pool = await open();
      const inputs: [number, number][] = [
        [1, 2],
        [3, 4],
      ];
      expect(await pool.starmap(jobs.add, inputs)).toEqual([3, 7]);
      expect(await pool.starmapAsync(jobs.add, inputs).get()).toEqual([3, 7]);
    });

    test('imap() gives results in order, errors in their places, and goes on', async () => {
      const pool = await open();
      const results = pool.imap(jobs.odd, range(6), { chunksize: 2 });
      const found: unknown[] = [];
      for (let i = 0; i < 6; i++) {
        await results.next().then(
          ({ value }) => found.push(value),
          (error: unknown) => found.push(String(error)),
        );
      }
      expect(found).toEqual(['RangeError: 0 is even', 1, 'RangeError: 2 is even', 3, 'RangeError: 4 is even', 5]);
      expect(await results.next()).toEqual({ done: true, value: undefined });
    });

    test('imap() reads no more inputs than its window', async () => {
      const pool = await open();
      let read = 0;
      const inputs = (async function* () {
        for (;;) yield await Promise.resolve(read++);
      })();
      const results = pool.imap(jobs.double, inputs, { window: 4 });
      for (let i = 0; i < 10; i++) expect(await results.next()).toEqual({ done: false, value: 2 * i });
      expect(read).toBeLessThanOrEqual(14);
      await results.return?.();
      expect(await results.next()).toEqual({ done: true, value: undefined });
    });

    test('imapUnordered() gives each result once', async () => {
      const pool = await open();
      const found: number[] = [];
      for await (const result of pool.imapUnordered(jobs.double, range(50), { chunksize: 3 })) found.push(result);
      expect(found.sort((a, b) => a - b)).toEqual(range(50).map((n) => 2 * n));
    });

    test('imap() rejects in the place of an input that cannot be serialized', async () => {
      const pool = await open();
      const results = pool.imap(jobs.echo, [1, Symbol('no'), 2]);
      expect(await results.next()).toEqual({ done: false, value: [1] });
      await expect(results.next()).rejects.toThrow(SerializationError);
      expect(await results.next()).toEqual({ done: false, value: [2] });
    });

    test('applyAsync() gives a result that can be queried, with callbacks', async () => {
      const pool = await open();
      const called: unknown[] = [];
      const result = pool.applyAsync(jobs.double, [4], { callback: (value) => called.push(value) });
      expect(result).toBeInstanceOf(DistributedResult);
      expect(result.ready).toBe(false);
      expect(() => result.successful).toThrow(TypeError);
      expect(await result).toBe(8);
      expect([result.ready, result.successful, called]).toEqual([true, true, [8]]);
      const failed = pool.applyAsync(jobs.fail, ['no'], { errorCallback: (error) => called.push(error) });
      expect(await failed.wait()).toBe(true);
      expect([failed.successful, called[1]]).toEqual([false, new RangeError('no')]);
    });

    test('imap() with a signal ends with its reason, and what has begun is aborted', async () => {
      const pool = await open();
      const abort = new AbortController();
      const [log, gate] = [host.path('imap.log'), host.path('never')];
      const results = pool.imap<[string, string], unknown>('@acme/jobs#heldPair@1', [[log, gate]], {
        signal: abort.signal,
      });
      await until(() => host.read('imap.log') === 'begun\n');
      abort.abort(new Error('enough'));
      await expect(results.next()).rejects.toThrow('enough');
      expect(await results.next()).toEqual({ done: true, value: undefined });
      await until(() => host.read('imap.log') === 'begun\naborted\n');
    });

    test('onProgress gets what the function reports, in order and before the result', async () => {
      const pool = await open();
      const heard: unknown[] = [];
      const onProgress = (value: unknown) => heard.push(value);
      heard.push(await pool.apply(jobs.reportTo, [3], { onProgress }));
      expect(heard).toEqual([1, 2, 3, { map: new Map([[3, 'done']]) }, 3]);
      expect(await pool.applyAsync(jobs.reportTo, [1], { onProgress })).toBe(1);
      expect(heard.slice(5)).toEqual([1, { map: new Map([[1, 'done']]) }]);
      expect(await pool.map(jobs.reportTo, [1])).toEqual([1]); // nothing listens
    });

    test('a timeout of a map is for each input, not for a chunk', async () => {
      const pool = await open();
      const inputs: [number, number][] = [
        [1, 200],
        [2, 200],
        [3, 200],
        [4, 200],
      ];
      expect(await pool.starmap(jobs.slowly, inputs, { chunksize: 4, timeout: 700 })).toEqual([1, 2, 3, 4]);
      const tooLong: [number, number][] = [
        [1, 0],
        [2, 60_000],
      ];
      const call = pool.starmap(jobs.slowly, tooLong, { chunksize: 2, timeout: 100 });
      await expect(call).rejects.toThrow(/^@acme\/jobs#slowly@1\.4 was not done .*within 100 ms/);
    });

    test('a timeout ends the function, and its worker', async () => {
      const pool = await open();
      const [log, gate] = [host.path('timeout.log'), host.path('never')];
      await expect(pool.apply(jobs.held, [log, gate], { timeout: 200 })).rejects.toThrow(TimeoutError);
      await until(() => host.read('timeout.log') === 'begun\naborted\n');
    });

    test('a signal aborts what runs', async () => {
      const pool = await open();
      const abort = new AbortController();
      const [log, gate] = [host.path('abort.log'), host.path('never')];
      const call = pool.apply(jobs.held, [log, gate], { signal: abort.signal });
      const settled = expect(call).rejects.toThrow('enough');
      await until(() => host.read('abort.log') === 'begun\n');
      abort.abort(new Error('enough'));
      await settled;
      await until(() => host.read('abort.log') === 'begun\naborted\n');
    });

    test('a signal aborts the chunks of a map, and removes those that wait', async () => {
      const pool = await open();
      const abort = new AbortController();
      const gate = host.path('never');
      const inputs = range(20).map((i): [string, string] => [host.path(`map-${i}.log`), gate]);
      const call = pool.starmap(jobs.held, inputs, { chunksize: 1, signal: abort.signal });
      const settled = expect(call).rejects.toThrow('enough');
      await until(() => range(2).every((i) => host.read(`map-${i}.log`) === 'begun\n'));
      abort.abort(new Error('enough'));
      await settled;
      await until(async () => {
        const { waiting, active } = await pool.stats();
        return waiting === 0 && active === 0;
      });
      expect(range(20).filter((i) => host.read(`map-${i}.log`) !== '').length).toBeLessThan(10);
    });

    test('cancel() takes back what no agent has begun', async () => {
      const pool = await open({ queue: 'no agent' });
      const result = pool.applyAsync(jobs.double, [1]);
      await until(async () => (await pool.stats()).waiting === 1);
      expect(await result.cancel()).toBe(true);
      await expect(result.get()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
      expect(await result.cancel()).toBe(false);
      expect((await pool.stats()).waiting).toBe(0);
    });

    test('stats() counts calls, jobs and agents', async () => {
      const pool = await open();
      await pool.apply(jobs.double, [1]);
      await pool.apply(jobs.fail, ['no']).catch(() => undefined);
      const stats = await pool.stats();
      expect(stats).toMatchObject({ pending: 0, completed: 1, failed: 1, waiting: 0, agents: 1 });
    });

    test('jobs have names that tell the function, and errors that tell why', async () => {
      const store = await openStore(server.url());
      const pool = newPool(store);
      const { hostname, port } = new URL(server.url());
      const queue = new Queue('jobs', { connection: { host: hostname, port: Number(port) } });
      onTestFinished(() => queue.close());
      await pool.apply(jobs.double, [1]);
      await until(async () => (await queue.getActiveCount()) === 0); // a busy agent asks for its next job, and may do so before there is one
      await pool.apply(jobs.fail, ['the reason']).catch(() => undefined);
      const failed = await until(async () => {
        const found = await queue.getFailed();
        return found[0]?.failedReason === 'the reason' ? found : undefined;
      });
      expect(failed?.[0]).toMatchObject({ name: '@acme/jobs#fail@1.4' });
      const completed = await queue.getCompleted();
      expect(new Set(completed.map(({ name }) => name))).toContain('@acme/jobs#double@1.4');
      const job = failed?.[0];
      expect(job?.processedOn).toBeGreaterThanOrEqual(job?.timestamp ?? Infinity); // although the agent has asked for it before
    });

    test('close() lets what was submitted end, join() waits for it', async () => {
      const pool = await open();
      const results = pool.map(jobs.double, range(100));
      const more = pool.imap(jobs.double, range(100));
      pool.close();
      expect(() => pool.imap(jobs.double, [1])).toThrow(ClosedError);
      await expect(pool.apply(jobs.double, [1])).rejects.toThrow(ClosedError);
      const found: number[] = [];
      for await (const one of more) found.push(one);
      expect(found).toEqual(await results);
      expect(await pool.join()).toBe(true);
    });

    test('terminate() rejects what has not ended, and has agents abort it', async () => {
      const pool = await open();
      const call = pool.apply(jobs.held, [host.path('terminate.log'), host.path('never')]);
      const settled = expect(call).rejects.toThrow(ClosedError);
      await until(() => host.read('terminate.log') === 'begun\n');
      const endless = pool.imap(jobs.double, range(1_000_000));
      pool.terminate();
      await settled;
      await expect(async () => {
        for await (const one of endless) expect(one).toBeTypeOf('number');
      }).rejects.toThrow(ClosedError);
      expect(await pool.join()).toBe(true);
      await until(() => host.read('terminate.log') === 'begun\naborted\n');
    });

    test('only tasks that the package exports are called', async () => {
      const pool = await open();
      await expect(pool.apply('@acme/jobs#notATask@1.4')).rejects.toThrow(/exports no task called notATask/);
      await expect(pool.apply('@acme/jobs#nothing@1.4')).rejects.toThrow(/exports no task called nothing/);
    });

    test('a function that no agent has is given up, and the error says why', async () => {
      const pool = await open({ refusalTimeout: 300 });
      const call = pool.apply('@acme/jobs#double@2.0', [1]);
      await expect(call).rejects.toThrow(TimeoutError);
      await expect(call).rejects.toThrow(/@acme\/jobs is installed in version 1\.4\.2, not 2\.0/);
    });

    test('arguments and results that cannot be carried are said to be so', async () => {
      const pool = await open();
      await expect(pool.apply(jobs.echo, [Symbol('no')])).rejects.toThrow(SerializationError);
      await expect(pool.apply(jobs.symbol)).rejects.toThrow(SerializationError);
    });
  });
}
