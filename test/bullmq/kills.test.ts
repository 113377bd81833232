import { EngineConnectionError, WorkerDiedError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { patience, times } from '../helpers/effort.js';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';
import { until } from '../helpers/until.js';
import { openStore } from '../redis/stores.js';
import { Host, newPool } from './host.js';

const CALLER = new URL('fixtures/caller.mjs', import.meta.url);
const LEASE = { processes: 2, lease: 1000 };
const WATCH = { watchInterval: 300 };
const AT_A_TIME = 20;

describeEngines('under load, whatever is killed at any moment,', (engine) => {
  // With an effort of 5: 50 times.
  test('every call settles once, and with retries every result arrives', patience(240_000), async () => {
    const server = await RedisServer.start(engine, { persistent: true });
    const host = new Host().install();
    const jobs = await host.jobs();
    const agents: Child[] = await Promise.all([host.agent(server.url, LEASE), host.agent(server.url, LEASE)]);
    const store = await openStore(server.url);
    const retrying = newPool(store, { ...WATCH, onWorkerDeath: 'retry', retries: 1000 });
    const rejecting = newPool(store, WATCH);

    let isOver = false;
    const settled = new Map<number, number>();
    const load = async (pool: typeof retrying, from: number, step: number): Promise<void> => {
      for (let n = from; !isOver; n += step) {
        const note = (): void => void settled.set(n, (settled.get(n) ?? 0) + 1);
        await pool.apply(jobs.slowly, [n, 5]).then(
          (value) => {
            expect(value).toBe(n);
            note();
          },
          (error: unknown) => {
            expect(pool).toBe(rejecting);
            expect(error instanceof WorkerDiedError || error instanceof EngineConnectionError, String(error)).toBe(
              true,
            );
            note();
          },
        );
      }
    };
    const loads = Array.from({ length: AT_A_TIME }, (_, i) => load(i % 2 === 0 ? retrying : rejecting, i, AT_A_TIME));

    const killers = [
      async () => {
        const i = Math.floor(Math.random() * agents.length);
        await agents[i]!.kill();
        agents[i] = await host.agent(server.url, LEASE);
      },
      async () => {
        const [worker] = await retrying.apply(jobs.processIds);
        process.kill(worker, 'SIGKILL');
      },
      () => server.restart({ data: 'kept' }),
      async () => {
        const [file, log] = [host.path('node_modules/@acme/jobs/index.mjs'), host.path('callers')];
        const caller = startChild(CALLER, { args: [server.url, file, log, host.path('never')] });
        await caller.line('called');
        await caller.kill();
      },
    ];
    for (let i = 0; i < times(10); i++) {
      const before = settled.size;
      await until(() => settled.size > before + AT_A_TIME); // it is under load
      await killers[Math.floor(Math.random() * killers.length)]!();
    }
    isOver = true;
    await Promise.all(loads);
    expect([...settled.values()].every((count) => count === 1)).toBe(true);
    await until(async () => {
      const { waiting, active } = await retrying.stats();
      return waiting === 0 && active === 0;
    });
  });
});
