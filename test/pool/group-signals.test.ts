import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { isRunning } from '../helpers/is-running.js';
import { runtimes } from '../helpers/runtimes.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool } from './helpers.js';

const program = new URL('fixtures/server.mjs', import.meta.url);

describe.each(runtimes)('a server whose pool has workers of runtime $runtime', ({ runtime }) => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'finishes its tasks when %s reaches its whole group, and ends by that signal',
    async (signal) => {
      const main = startChild(program, { args: [runtime], detached: true });
      await main.line('busy');
      process.kill(-main.pid, signal);
      await main.line(`${signal}: 0,1,2,3, 0 replaced`);
      await main.line('closed');
      expect(await main.exit).toEqual({ code: null, signal });
      expect(main.stderr).toBe('');
    },
  );
});

test("a task's own handler of SIGTERM is called when that reaches the group", async () => {
  const main = startChild(program, { args: ['process'], detached: true });
  await main.line('busy');
  process.kill(-main.pid, 'SIGTERM');
  await main.line('the task was told');
  await main.line('closed');
});

describe('a worker that is sent a signal, and its pool is not,', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)('goes on after %s', async (signal) => {
    const pool = startPool({ processes: 1 });
    const { memory, words } = sharedWords();
    const worker = await pool.apply(tasks.pid);
    const held = pool.apply(tasks.hold, [memory]);
    await until(() => words[0] === 1);
    process.kill(worker, signal);
    Atomics.store(words, 1, 1);
    expect(await held).toBe('held');
    expect(await pool.apply(tasks.pid)).toBe(worker);
  });

  test('goes on after SIGTERM when a task has had a handler of its own', async () => {
    const pool = startPool({ processes: 1 });
    const worker = await pool.apply(tasks.handleForAMoment);
    process.kill(worker, 'SIGTERM');
    expect(await pool.apply(tasks.pid)).toBe(worker);
  });

  test('leaves the defaults to what its tasks start', async () => {
    const pool = startPool({ processes: 1 });
    expect(await pool.apply(tasks.signalOfSleeper)).toBe('SIGTERM');
  });
});

describe('a worker that ignores SIGTERM is ended all the same', () => {
  test.each(['terminate', 'time limit', 'handler of its own'])('by %s', async (how) => {
    markKilled();
    const pool = startPool({ processes: 1, grace: 50 });
    const { memory, words } = sharedWords();
    const worker = await pool.apply(tasks.pid);
    const task: (shared: typeof memory) => unknown = how === 'handler of its own' ? tasks.ignoreSigterm : tasks.spin;
    const outcome = outcomeOf(pool.apply(task, [memory], how === 'time limit' ? { timeout: 10 } : {}));
    if (how !== 'time limit') {
      await until(() => words[0] === 1);
      pool.terminate();
    }
    await outcome; // of a task that the limit may have ended before its first line
    await until(() => !isRunning(worker));
  });

  test('by terminate({ tree }) of the process that has the pool', async () => {
    markKilled();
    const main = startChild(new URL('fixtures/tree.mjs', import.meta.url));
    expect(await main.line(/^ended/)).toBe('ended SIGTERM');
    const workers = main.lines.filter((line) => line.startsWith('worker')).map((line) => Number(line.split(' ')[1]));
    await until(() => !workers.some(isRunning));
  });
});
