import { EngineConnectionError, WorkerDiedError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { NetworkProxy } from '../helpers/servers/network-proxy.js';
import { patience } from '../helpers/effort.js';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';
import { until } from '../helpers/until.js';
import { openStore } from '../redis/stores.js';
import { Host, newPool } from './host.js';

const CALLER = new URL('fixtures/caller.mjs', import.meta.url);

/** Of agents, so that tests need not wait for long; and of pools. */
const LEASE = { lease: 500 };
const WATCH = { watchInterval: 200 };
const RETRY = { ...WATCH, onWorkerDeath: 'retry' } as const;

// Most of it starts programs.
const long = patience(240_000);

describeEngines('when something dies,', (engine) => {
  const begin = async (options = {}) => {
    const server = await RedisServer.start(engine, options);
    const host = new Host().install();
    return { server, host, jobs: await host.jobs(), log: host.path('log'), gate: host.path('gate') };
  };

  test('a call whose worker was killed rejects, or is begun again as often as it may', long, async () => {
    const { server, host, jobs } = await begin();
    await host.agent(server.url);
    const store = await openStore(server.url);
    const rejecting = newPool(store);
    await expect(rejecting.apply(jobs.die)).rejects.toThrow(WorkerDiedError);
    const retrying = newPool(store, { onWorkerDeath: 'retry', retries: 2 });
    expect(await retrying.apply(jobs.dieTimes, [host.path('twice'), 2])).toBe(3);
    await expect(retrying.apply(jobs.dieTimes, [host.path('thrice'), 3])).rejects.toThrow(WorkerDiedError);
    expect(await rejecting.apply(jobs.double, [1])).toBe(2);
  });

  test('a call whose agent was killed rejects, or another agent begins it again', long, async () => {
    const { server, host, jobs, log, gate } = await begin();
    const store = await openStore(server.url);
    const agent = await host.agent(server.url, { processes: 2, ...LEASE });
    const rejected = newPool(store, WATCH).apply(jobs.held, [log, gate]);
    const settled = expect(rejected).rejects.toThrow(WorkerDiedError);
    const retried = newPool(store, RETRY).apply(jobs.held, [log, gate]);
    await until(() => host.read('log') === 'begun\nbegun\n');
    await agent.kill();
    await host.agent(server.url, LEASE);
    await settled;
    await until(() => host.read('log').split('begun').length === 4);
    host.write('gate');
    expect(await retried).toBe('done');
  });

  test('a call of which the only agent was killed rejects, or waits for the next agent', long, async () => {
    const { server, host, jobs, log, gate } = await begin();
    const store = await openStore(server.url);
    const agent = await host.agent(server.url, { processes: 2, ...LEASE });
    const rejected = newPool(store, WATCH).apply(jobs.held, [log, gate]);
    const settled = expect(rejected).rejects.toThrow(WorkerDiedError);
    const retried = newPool(store, RETRY).apply(jobs.held, [log, gate]);
    await until(() => host.read('log') === 'begun\nbegun\n');
    await agent.kill();
    await settled;
    host.write('gate');
    await host.agent(server.url, LEASE);
    expect(await retried).toBe('done');
  });

  test('calls of a caller that was killed are aborted, and those that wait are not run', long, async () => {
    const { server, host, jobs, log, gate } = await begin();
    await host.agent(server.url, LEASE);
    const caller = startChild(CALLER, {
      args: [server.url, host.path('node_modules/@acme/jobs/index.mjs'), log, gate],
    });
    await caller.line('called');
    await until(() => host.read('log') === 'begun\n');
    await caller.kill();
    await until(() => host.read('log') === 'begun\naborted\n');
    expect(await newPool(await openStore(server.url)).apply(jobs.double, [1])).toBe(2); // behind the one that waited
    expect(host.read('log')).toBe('begun\naborted\n');
  });

  test('a caller that is idle ends, and one that has calls does not', long, async () => {
    const { server, host, log, gate } = await begin();
    await host.agent(server.url);
    const caller = startChild(CALLER, {
      args: [server.url, host.path('node_modules/@acme/jobs/index.mjs'), log, gate],
    });
    await caller.line('called');
    await until(() => host.read('log') === 'begun\n');
    host.write('gate');
    expect(await caller.exit).toEqual({ code: 0, signal: null });
    expect(caller.lines).toEqual(['called', 'done', 'done']);
  });

  test('an agent that gets SIGTERM finishes what it has, and takes no more', long, async () => {
    const { server, host, jobs, log, gate } = await begin();
    const agent = await host.agent(server.url);
    const pool = newPool(await openStore(server.url));
    const first = pool.apply(jobs.held, [log, gate]);
    const second = pool.applyAsync(jobs.double, [2]);
    await until(() => host.read('log') === 'begun\n');
    process.kill(agent.pid, 'SIGTERM');
    host.write('gate');
    expect(await first).toBe('done');
    expect(await agent.exit).toEqual({ code: 0, signal: null });
    expect(second.ready).toBe(false);
    await host.agent(server.url);
    expect(await second).toBe(4);
  });

  test('an agent that is terminated gives back what may be begun again, and the rest rejects', long, async () => {
    const { server, host, jobs, log, gate } = await begin();
    const agent = await host.agent(server.url, { processes: 2 });
    const store = await openStore(server.url);
    const rejected = newPool(store).apply(jobs.held, [log, gate]);
    const settled = expect(rejected).rejects.toThrow(/agent on .* was stopped while it was running @acme\/jobs#held/);
    const retried = newPool(store, RETRY).apply(jobs.held, [log, gate]);
    await until(() => host.read('log') === 'begun\nbegun\n');
    process.kill(agent.pid, 'SIGUSR2');
    await settled;
    expect(await agent.line(/^ended/)).toContain('"givenBack":1');
    host.write('gate');
    await host.agent(server.url);
    expect(await retried).toBe('done');
  });

  test.each([
    { what: 'closed, and has waited long enough', signal: 'SIGTERM', connection: { reconnectTimeout: 200 } },
    { what: 'terminated', signal: 'SIGUSR2', connection: {} },
  ] as const)('an agent whose server is gone ends when it is $what', long, async ({ signal, connection }) => {
    const { server, host, jobs, log, gate } = await begin();
    const idle = await host.agent(server.url, { connection });
    const busy = await host.agent(server.url, { connection, queue: 'others' });
    const running = newPool(await openStore(server.url, { reconnectTimeout: 300 }), {
      ...WATCH,
      queue: 'others',
    }).apply(jobs.held, [log, gate]);
    const settled = expect(running).rejects.toThrow(EngineConnectionError);
    await until(() => host.read('log') === 'begun\n');
    await server.kill();
    await settled;
    for (const agent of [idle, busy]) process.kill(agent.pid, signal);
    host.write('gate');
    for (const agent of [idle, busy]) expect(await agent.exit).toEqual({ code: 0, signal: null });
  });

  test('a server that restarts with its data is waited for', long, async () => {
    const { server, host, jobs, log, gate } = await begin({ persistent: true });
    await host.agent(server.url);
    const pool = newPool(await openStore(server.url), WATCH);
    const running = pool.apply(jobs.held, [log, gate]);
    const waiting = pool.map(jobs.double, [1, 2, 3], { chunksize: 1 });
    await until(() => host.read('log') === 'begun\n');
    await server.restart({ data: 'kept' });
    host.write('gate');
    expect(await running).toBe('done');
    expect(await waiting).toEqual([2, 4, 6]);
  });

  test('calls that a server without its data has forgotten reject, or are submitted again', long, async () => {
    const { server, host, jobs, log, gate } = await begin();
    await host.agent(server.url, { processes: 2 });
    const store = await openStore(server.url);
    const rejecting = newPool(store, WATCH);
    const rejected = rejecting.apply(jobs.held, [log, gate]);
    const settled = expect(rejected).rejects.toThrow(EngineConnectionError);
    const retried = newPool(store, RETRY).map(jobs.double, [1, 2, 3], { chunksize: 1 });
    await until(() => host.read('log') === 'begun\n');
    await server.restart({ data: 'lost' });
    await settled;
    expect(await retried).toEqual([2, 4, 6]);
    host.write('gate');
    expect(await rejecting.apply(jobs.double, [1])).toBe(2);
  });

  test('a connection that is cut costs nothing', long, async () => {
    const { server, host, jobs, log, gate } = await begin();
    await host.agent(server.url);
    const proxy = await NetworkProxy.start(server.port);
    const pool = newPool(await openStore(`redis://127.0.0.1:${proxy.port}`), WATCH);
    const running = pool.apply(jobs.held, [log, gate]);
    await until(() => host.read('log') === 'begun\n');
    proxy.refuse();
    proxy.cut();
    host.write('gate');
    await until(() => host.read('log') === 'begun\ndone\n' && proxy.refused > 3);
    proxy.admit();
    expect(await running).toBe('done');
    expect(await pool.map(jobs.double, [1, 2])).toEqual([2, 4]);
  });

  test('calls reject when the server is gone for too long, and when the store is closed', long, async () => {
    const { server, host, jobs, log, gate } = await begin();
    await host.agent(server.url);
    const store = await openStore(server.url, { reconnectTimeout: 300 });
    const pool = newPool(store, WATCH);
    const running = pool.apply(jobs.held, [log, gate]);
    const settled = expect(running).rejects.toThrow(EngineConnectionError);
    await until(() => host.read('log') === 'begun\n');
    await server.kill();
    await settled;
    await expect(pool.apply(jobs.double, [1])).rejects.toThrow(EngineConnectionError);
    await server.restart({ data: 'lost' });
    await until(() =>
      pool.apply(jobs.double, [1]).then(
        (value) => value === 2,
        () => false,
      ),
    );
    host.write('gate');
    const last = expect(pool.apply('@acme/jobs#double@9', [1])).rejects.toThrow(/closed/);
    await store.close();
    await last;
  });
});
