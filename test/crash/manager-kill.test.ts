import { Manager } from '@multiprocess/manager';
import { Process } from '@multiprocess/process';
import { expect, test } from 'vitest';
import { times } from '../helpers/effort.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import { holdAndFlood } from '../manager/fixtures/work.mjs';

const KILLS = times(100);
const TOGETHER = 4;

test(
  `${KILLS} clients that are killed while they hold a lock and are sending leave the server as it was`,
  { timeout: 600_000 },
  async () => {
    const manager = await Manager.start();
    const queue = manager.queue<number>();
    for (let kill = 0; kill < KILLS; kill += TOGETHER) {
      const locks = Array.from({ length: TOGETHER }, () => manager.lock());
      const clients = locks.map((lock) => new Process({ target: holdAndFlood, args: [manager, lock, queue] }));
      for (const client of clients) client.start();
      for (let i = 0; i < TOGETHER; i++) await queue.get();
      for (const client of clients) client.kill();
      markKilled();
      for (const lock of locks) {
        expect(await lock.acquire()).toBe(true);
        expect(await lock.ownerDied()).toBe(true);
        await lock.release();
        lock.close();
      }
      for (const client of clients) await client.join();
    }
    await until(async () => {
      const { clients, objects } = await manager.info();
      return clients === 1 && objects === 1;
    });
    await manager.shutdown();
    expect(manager.process?.exitCode).toBe(0);
  },
);
