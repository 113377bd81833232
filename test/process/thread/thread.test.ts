import { threadId } from 'node:worker_threads';
import { text } from 'node:stream/consumers';
import { activeChildren, Process } from '@multiprocess/process';
import { ProcessStartError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { until } from '../../helpers/until.js';
import * as targets from '../fixtures/targets.mjs';
import { noteIds, writeFamily } from '../fixtures/thread/tasks.mjs';
import { sharedWords, start } from '../helpers.js';

const runtime = 'thread';

describe("a process with runtime: 'thread'", () => {
  test('runs its target in a thread of this process', async () => {
    const { memory, words } = sharedWords();
    const child = start({ target: noteIds, args: [memory], runtime });
    expect(child.pid).toBe(process.pid);
    expect(activeChildren()).toEqual([child]);
    expect(await child.join()).toBe(true);
    expect(words[0]).toBe(process.pid);
    expect(words[1]).not.toBe(threadId);
    expect([child.exitCode, child.signalCode, child.isAlive()]).toEqual([0, null, false]);
    expect(activeChildren()).toEqual([]);
  });

  test('has a name and a parent of its own', async () => {
    const child = start({ target: writeFamily, name: 'Tom', runtime, stdio: ['ignore', 'pipe', 'inherit'] });
    const output = text(child.stdout!);
    await child.join();
    expect(await output).toBe('Tom,false,MainProcess,true\n');
  });

  test('reads its standard input', async () => {
    const child = start({
      target: async () => {
        let input = '';
        for await (const chunk of process.stdin.setEncoding('utf8')) input += String(chunk);
        process.stdout.write(input.toUpperCase());
      },
      runtime,
      stdio: 'pipe',
    });
    child.stdin!.write('two ');
    child.stdin!.end('pieces');
    expect(await text(child.stdout!)).toBe('TWO PIECES');
    await child.join();
    expect(child.exitCode).toBe(0);
  });

  test('ends with its standard input open', async () => {
    const child = start({ target: targets.nothing, runtime, stdio: ['pipe', 'inherit', 'inherit'] });
    await child.join();
    expect(child.exitCode).toBe(0);
  });

  test('can be joined by a thread that blocks', () => {
    const child = start({ target: targets.nothing, runtime });
    expect(child.joinSync()).toBe(true);
    expect(child.exitCode).toBe(0);
  });

  test('brings its error, and status 1', async () => {
    const child = start({ target: targets.boom, args: ['x'], runtime, stdio: 'ignore' });
    await child.join();
    expect(child.exitCode).toBe(1);
    expect(child.error).toMatchObject({ message: 'x', code: 'E_BOOM' });
    expect(child.error).toBeInstanceOf(RangeError);
  });

  test('reports uncaught errors', async () => {
    const child = start({
      target: async () => {
        setImmediate(() => {
          throw new TypeError('late');
        });
        await new Promise((resolve) => setTimeout(resolve, 100_000));
      },
      runtime,
      stdio: 'ignore',
    });
    await child.join();
    expect([child.exitCode, child.error]).toEqual([1, new TypeError('late')]);
  });

  test('exits with the status of process.exit()', async () => {
    const child = start({ target: targets.exit, args: [3], runtime });
    await child.join();
    expect(child.exitCode).toBe(3);
    const other = start({ target: targets.exit, args: [4], runtime });
    other.joinSync();
    expect(other.exitCode).toBe(4);
  });

  test.each(['terminate', 'kill'] as const)('%s ends it, also in the middle of an endless loop', async (how) => {
    const code = how === 'kill' ? -9 : -15;
    for (const sync of [false, true]) {
      const { memory, words } = sharedWords();
      const child = start({
        target: (shared) => {
          Atomics.store(new Int32Array(shared.buffer), 0, 1);
          for (;;);
        },
        args: [memory],
        runtime,
      });
      await until(() => words[0] === 1);
      child[how]();
      if (sync) child.joinSync();
      else await child.join();
      expect([child.exitCode, child.signalCode]).toEqual([code, how === 'kill' ? 'SIGKILL' : 'SIGTERM']);
      child.close();
    }
  });

  test('reports why its target was not called', async () => {
    const broken = start({
      target: targets.nothing,
      execArgv: [],
      runtime,
      env: { ...process.env, MULTIPROCESS_NATIVE: 'off' },
      stdio: 'ignore',
    });
    await broken.join();
    expect(broken.exitCode).not.toBe(0);
    await expect(broken.ready()).rejects.toThrow(ProcessStartError);
  });

  test('refuses what only a process can have', () => {
    expect(() => new Process({ runtime, cwd: '/' })).toThrow(/cwd is for processes/);
    expect(() => new Process({ runtime, detached: true })).toThrow(/detached is for processes/);
    expect(() => new Process({ runtime, stdio: [0, 1, 2] })).toThrow(TypeError);
    expect(() => new Process({ runtime: 'fiber' as never })).toThrow(/received "fiber"|received 'fiber'/);
  });
});
