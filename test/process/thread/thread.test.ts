import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { threadId } from 'node:worker_threads';
import { activeChildren, Process } from '@multiprocess/process';
import { ProcessStartError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { until } from '../../helpers/until.js';
import * as targets from '../fixtures/targets.mjs';
import * as input from '../fixtures/thread/input.mjs';
import { noteIds, writeFamily } from '../fixtures/thread/tasks.mjs';
import { sharedWords, start } from '../helpers.js';

const runtime = 'thread';
/** More bytes than a stream takes that is not read. */
const MUCH = 200_000;

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

  test.each<[name: string, act: (stream: Writable) => void]>([
    ['was not written to', () => undefined],
    ['has one chunk', (stream) => void stream.write('text')],
    ['has more than it takes without a reader', (stream) => void stream.write(Buffer.alloc(MUCH))],
    ['was written to its end', (stream) => void stream.end('text')],
    ['was destroyed', (stream) => void stream.destroy()],
  ])('ends when its target does not read its standard input, which %s', async (_name, act) => {
    const child = start({ target: targets.nothing, runtime, stdio: ['pipe', 'inherit', 'inherit'] });
    act(child.stdin!);
    await child.join();
    expect(child.exitCode).toBe(0);
    await until(() => child.stdin!.destroyed);
  });

  test.each([
    ['has paused it', input.pauseInput],
    ['has called unref() of it', input.unrefInput],
    ['has destroyed it', input.destroyInput],
  ])('ends when its target has read some of its standard input and %s', async (_name, target) => {
    const child = start({ target, runtime, stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin!.write('text');
    await child.join();
    expect(child.exitCode).toBe(0);
  });

  test('a writer of its standard input waits for a thread that is slower, and nothing is lost', async () => {
    const { memory, words } = sharedWords();
    const child = start({ target: input.countInput, args: [memory], runtime, stdio: ['pipe', 'inherit', 'inherit'] });
    let written = 0;
    for (; written < 20; written += 1) {
      const isThrough = new Promise((resolve) => void child.stdin!.write(Buffer.alloc(MUCH), resolve));
      await isThrough;
      expect(words[0]).toBeGreaterThanOrEqual(written * MUCH);
    }
    child.stdin!.end();
    await child.join();
    expect([child.exitCode, words[0]]).toEqual([0, written * MUCH]);
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
