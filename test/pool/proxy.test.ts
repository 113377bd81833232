import { inspect } from 'node:util';
import type { Pool, PoolOptions } from '@multiprocess/pool';
import { TimeoutError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { markKilled } from '../helpers/segment-directory.js';
import type * as plainExports from './fixtures/plain-exports.mjs';
import { outcomeOf, startPool as startAny } from './helpers.js';

type Exports = typeof plainExports;

const url = new URL('./fixtures/plain-exports.mjs', import.meta.url);

describe.each(runtimes)('workers of runtime $runtime:', ({ runtime }) => {
  const startPool = (options: PoolOptions = { processes: 1 }): Pool => startAny({ runtime, ...options });

  describe('proxy', () => {
    test('calls the exports of a module in a worker', async () => {
      const pool = startPool();
      const module = pool.proxy<Exports>(url);
      expect(await module.add(1, 2)).toBe(3);
      expect(await module.later('x')).toBe('x');
      expect(await module.task('t')).toBe('t');
      expect((await module.where()) !== process.pid).toBe(runtime === 'process');
      expect(await pool.proxy<Exports>(url.href).add(3, 4)).toBe(7);
    });

    test('rejects with what the function throws', async () => {
      const module = startPool().proxy<Exports>(url);
      expect(await outcomeOf(module.boom('no'))).toEqual(new RangeError('no'));
    });

    test('of something that is no exported function rejects with the names that there are', async () => {
      const module = startPool().proxy<Record<string, () => void>>(url);
      await expect(module['missing']!()).rejects.toThrow(
        `${url.href} exports no function called missing, but add, boom, ends, later, sleepFor, task, where`,
      );
      await expect(module['number']!()).rejects.toThrow(/exports no function called number, but add/);
      expect(Object.hasOwn(module, 'add')).toBe(false);
    });

    test('of a module that cannot be imported rejects, and the pool goes on', async () => {
      const pool = startPool();
      const module = pool.proxy<Record<string, () => void>>(new URL('./fixtures/no-such.mjs', import.meta.url));
      await expect(module['x']!()).rejects.toThrow(/no-such\.mjs/);
      expect(await pool.proxy<Exports>(url).add(1, 1)).toBe(2);
    });

    test('takes the options of apply for each call', async () => {
      markKilled();
      const pool = startPool({ processes: 1, grace: 10 });
      const limited = pool.proxy<Exports>(url, { timeout: 50 });
      const error = await outcomeOf(limited.sleepFor(100_000));
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).message).toMatch(/^sleepFor was not done within 50 ms/);
      const controller = new AbortController();
      const abortable = pool.proxy<Exports>(url, { signal: controller.signal });
      expect(await abortable.add(1, 2)).toBe(3);
      controller.abort();
      expect(await outcomeOf(abortable.add(1, 2))).toHaveProperty('name', 'AbortError');
    });

    test('names the function whose worker died', async () => {
      markKilled();
      const module = startPool().proxy<Exports>(url);
      const error = await outcomeOf(module.ends());
      expect(error).toHaveProperty('code', 'ERR_MULTIPROCESS_WORKER_DIED');
      expect((error as Error).message).toContain('while it was running ends');
    });

    test('rejects after the pool is closed', async () => {
      const pool = startPool();
      const module = pool.proxy<Exports>(url);
      pool.close();
      expect(await outcomeOf(module.add(1, 2))).toHaveProperty('code', 'ERR_MULTIPROCESS_CLOSED');
    });
  });
});

test('a proxy can be awaited, shown and compared, and cannot be changed', async () => {
  const pool = startAny({ maxProcesses: 1 });
  const module = pool.proxy<Exports>(url);
  expect(await Promise.resolve(module)).toBe(module);
  expect(inspect(module)).toBe(`ModuleProxy { module: '${url.href}' }`);
  expect(JSON.stringify(module)).toBe(JSON.stringify({ module: url.href }));
  expect(module.add).toBe(module.add);
  expect(module.add.name).toBe('add');
  expect(() => Object.assign(module, { add: 1 })).toThrow(TypeError);
  expect(pool.stats().workers).toBe(0);
});

test.each(['./worker.js', '/worker.js', '', 'C:worker.js'.slice(2), 5, null])('a module %j is refused', (module) => {
  const pool = startAny({ maxProcesses: 1 });
  expect(() => pool.proxy(module as string)).toThrow(
    /^module must be the URL of a module, as in new URL\('\.\/worker\.js', import\.meta\.url\), received /,
  );
});
