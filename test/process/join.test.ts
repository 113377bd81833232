import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { waitReady } from '@multiprocess/pipe';
import { Process } from '@multiprocess/process';
import type { ProcessOptions } from '@multiprocess/process';
import { ProcessStartError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { isRunning } from '../helpers/is-running.js';
import { runtimes } from '../helpers/runtimes.js';
import { until } from '../helpers/until.js';
import { sharedWords, start, zombies } from './helpers.js';
import { unreachable as exitingTarget } from './fixtures/imports/exits-on-import.mjs';
import * as targets from './fixtures/targets.mjs';

describe.each(runtimes)('join() of a $runtime', ({ runtime }) => {
  test('resolves true for all waiters, and again afterwards', async () => {
    const { memory, words } = sharedWords();
    const child = start({ runtime, target: targets.waitForWord, args: [memory] });
    const waiting = [child.join(), child.join({ timeout: 1e9 }), child.join({ timeout: Infinity })];
    Atomics.store(words, 0, 1);
    expect(await Promise.all(waiting)).toEqual([true, true, true]);
    expect(await child.join()).toBe(true);
    expect(await child.join({ timeout: 0 })).toBe(true);
  });

  test.each([{ timeout: 0 }, { timeout: -5 }, { timeout: 10 }, { block: false }, { block: false, timeout: 1e9 }])(
    'resolves false when the time is over: %o',
    async (options) => {
      const child = start({ runtime, target: targets.forever });
      expect(await child.join(options)).toBe(false);
      expect(child.joinSync(options)).toBe(false);
      expect(child.isAlive()).toBe(true);
    },
  );

  test('waits at least for its timeout', async () => {
    const child = start({ runtime, target: targets.forever });
    const begin = performance.now();
    await child.join({ timeout: 30 });
    child.joinSync({ timeout: 130 });
    expect(performance.now() - begin).toBeGreaterThanOrEqual(159);
  });

  test('rejects with the reason when it is aborted, and leaves no listener', async () => {
    const child = start({ runtime, target: targets.forever });
    const abort = new AbortController();
    const waiting = child.join({ signal: abort.signal, timeout: 1e9 });
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
    await expect(child.join({ signal: abort.signal })).rejects.toThrow('enough');
    expect(child.isAlive()).toBe(true);
  });

  test('before start() is an error that says so', async () => {
    const child = new Process({ runtime, target: targets.nothing, name: 'Later' });
    await expect(child.join()).rejects.toThrow(ProcessStartError);
    expect(() => child.joinSync()).toThrow('Later has not been started: call start() first');
  });

  test('wrong options reject, or throw from joinSync()', async () => {
    const child = start({ runtime, target: targets.forever });
    await expect(child.join({ timeout: Number.NaN })).rejects.toThrow(TypeError);
    await expect(child.join({ signal: {} as AbortSignal })).rejects.toThrow(TypeError);
    expect(() => child.joinSync({ timeout: '5' as never })).toThrow(/timeout must be a number.*'5'/);
    expect(() => child.joinSync({ signal: AbortSignal.abort() } as never)).toThrow(/signal cannot end a wait/);
  });
});

describe('a process that the event loop has reaped, but has not told of', () => {
  /** Node reaps all that have ended before it tells of the first, which is one of the test here. */
  async function inBetween(options: ProcessOptions, use: (child: Process) => Promise<unknown>): Promise<Process> {
    const first = spawn('true', { stdio: 'ignore' });
    const child = start(options);
    const used = new Promise((resolve) => {
      first.once('exit', () => {
        resolve(use(child));
      });
    });
    const isOver = ({ pid }: { readonly pid?: number | undefined }): boolean => zombies().includes(String(pid));
    while (!isOver(first) || !isOver(child)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    await used;
    return child;
  }

  test.each([
    ['join()', (child: Process) => child.join()],
    ['waitReady()', (child: Process) => waitReady([child])],
  ])('has its exitCode after %s', async (_, use) => {
    const child = await inBetween({ target: () => process.exit(3) }, use);
    expect(child.exitCode).toBe(3);
  });

  test('is an error of ready() that tells how it has ended', async () => {
    await inBetween({ target: exitingTarget }, async (child) => {
      await expect(child.ready()).rejects.toThrow(/exit code 4/);
    });
  });
});

describe('joinSync()', () => {
  test('knows the end of children that end together, whatever the event loop has seen of them', async () => {
    const { memory, words } = sharedWords();
    const children = [1, 2, 3].map((code) =>
      start({
        target: async (shared, status) => {
          while (Atomics.load(new Int32Array(shared.buffer), 0) === 0)
            await new Promise((resolve) => setTimeout(resolve, 1));
          process.exit(status);
        },
        args: [memory, code] as const,
      }),
    );
    await Promise.all(children.map((child) => child.ready()));
    const first = Promise.race(children.map((child) => child.join()));
    Atomics.store(words, 0, 1);
    await until(() => zombies().length > 0 || children.some((child) => !child.isAlive()));
    await first;
    for (const child of children) child.joinSync();
    expect(children.map((child) => child.exitCode)).toEqual([1, 2, 3]);
  });

  test('a joined process is reaped when the event loop gets its turn', async () => {
    const child = start({ target: targets.nothing });
    child.joinSync();
    expect(child.isAlive()).toBe(false);
    await until(() => zombies().length === 0);
  });

  test('does not keep its thread from being terminated', async () => {
    const { memory, words } = sharedWords();
    const worker = new Worker(new URL('fixtures/thread/joins.mjs', import.meta.url), { workerData: memory.handle });
    await until(() => Atomics.load(words, 0) !== 0);
    const pid = Atomics.load(words, 0);
    const [code] = await Promise.all([worker.terminate(), once(worker, 'exit')]);
    expect(code).toBe(1);
    await until(() => !isRunning(pid)); // it dies with the thread that started it
  });
});
