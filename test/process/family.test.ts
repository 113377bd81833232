import { SharedMemory } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { times } from '../helpers/effort.js';
import { markKilled } from '../helpers/segment-directory.js';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';
import { segmentFiles, sharedWords, start } from './helpers.js';
import * as targets from './fixtures/targets.mjs';

const parent = (target: string, options: object, ...end: string[]): Child =>
  startChild(new URL('fixtures/parent.mjs', import.meta.url), { args: [target, JSON.stringify(options), ...end] });

const pidIn = async (program: Child, pattern: RegExp): Promise<number> =>
  Number((await program.line(pattern)).split(' ')[1]);

describe('a parent waits for its child', () => {
  test.each([
    { end: 'ends', how: 'return', code: 0 },
    { end: 'calls process.exit()', how: 'exit', code: 5 },
    { end: 'throws', how: 'throw', code: 1 },
  ])('when it $end', async ({ how, code }) => {
    const program = parent('work', {}, how);
    expect(await program.exit).toEqual({ code, signal: null });
    expect(program.lines).toContain('worked');
  });

  test('that was started detached, unless unref() says otherwise', async () => {
    const program = parent('work', { detached: true });
    await program.exit;
    expect(program.lines.slice(-2)).toEqual(['worked', 'exit handlers']);
  });

  test('also if its output is no longer read', async () => {
    const program = parent('flood', { stdio: ['ignore', 'pipe', 'inherit'] }, 'exit');
    expect(await program.exit).toEqual({ code: 5, signal: null });
  });
});

describe('a parent ends its child', () => {
  test.each([
    { what: 'a daemon', options: { daemon: true }, how: 'return', code: 0 },
    { what: 'a daemon, by process.exit()', options: { daemon: true }, how: 'exit', code: 5 },
    { what: 'a daemon, by an error', options: { daemon: true }, how: 'throw', code: 1 },
    { what: 'one that was unref()ed', options: {}, how: 'unref', code: 0 },
  ])('$what', async ({ options, how, code }) => {
    const program = parent('stay', options, how);
    const child = await pidIn(program, /^started/);
    expect(await program.exit).toEqual({ code, signal: null });
    await until(() => !isRunning(child));
  });

  test('with SIGTERM, and gives it time to clean up', async () => {
    const program = parent('cleanUp', { daemon: true }, 'ask');
    await program.line(/^staying/);
    program.say('end');
    await program.exit;
    expect(program.lines.slice(-2)).toEqual(['exit handlers', 'cleaned up']);
  });

  test('but waits no more than a second for a daemon that does not want to, which it then kills', async () => {
    const program = parent('ignore', { daemon: true }, 'ask');
    const child = await pidIn(program, /^staying/);
    program.say('end');
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.lines).toContain('ignored');
    await until(() => !isRunning(child));
  });
});

test('a join() of a daemon keeps its parent alive', async () => {
  const program = parent('work', { daemon: true }, 'join');
  await program.exit;
  expect(program.lines.slice(-3)).toEqual(['worked', 'joined true', 'exit handlers']);
});

describe('when a parent is killed', () => {
  test('its child dies with it', async () => {
    const program = parent('stay', {});
    const child = await pidIn(program, /^staying/);
    await program.kill();
    await until(() => !isRunning(child));
  });

  test('right after the start, before the child could ask for that, it dies all the same', async () => {
    const program = parent('stay', {}, 'at once');
    const child = await pidIn(program, /^started/);
    await program.kill();
    await until(() => !isRunning(child));
  });

  test('at any moment, no process and no segment is left', async () => {
    for (let round = 0; round < times(10); round++) {
      const program = parent('stay', {}, 'at once');
      const child = await pidIn(program, /^started/);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
      await program.kill();
      await until(() => !isRunning(child));
    }
    new SharedMemory({ size: 8 }).close(); // creating a segment removes orphans
    expect(segmentFiles()).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('by %s, its child dies too', async (signal) => {
    const program = parent('stay', {});
    const child = await pidIn(program, /^staying/);
    await program.kill(signal);
    await until(() => !isRunning(child));
  });

  test('three generations die', async () => {
    const program = parent('nest', {});
    const child = await pidIn(program, /^between/);
    const grandchild = await pidIn(program, /^staying/);
    await program.kill();
    await until(() => !isRunning(child) && !isRunning(grandchild));
  });

  test.each(['join', 'joinSync'])(
    'a detached child lives on, and learns of it by parentProcess().%s()',
    async (how) => {
      const program = parent(how === 'join' ? 'outlive' : 'outliveSync', { detached: true });
      expect(await program.line(/^early/)).toBe('early false');
      const child = await pidIn(program, /^staying/);
      onTestFinished(() => void process.kill(child, 'SIGKILL'));
      markKilled();
      process.kill(program.pid, 'SIGKILL');
      expect(await program.line(/^late/)).toBe('late true false');
      expect(isRunning(child)).toBe(true);
    },
  );
});

test('a child that is killed takes its own children with it', async () => {
  const { memory, words } = sharedWords();
  const child = start({ target: targets.startAnother, args: [memory] });
  await until(() => Atomics.load(words, 0) !== 0);
  const grandchild = Atomics.load(words, 0);
  child.kill();
  await child.join();
  await until(() => !isRunning(grandchild));
});

test('a child may have children, also as a daemon', async () => {
  const { memory, words } = sharedWords();
  const child = start({ target: targets.startAnother, args: [memory], daemon: true });
  await until(() => Atomics.load(words, 0) !== 0);
  const grandchild = Atomics.load(words, 0);
  expect(child.isAlive()).toBe(true);
  child.terminate();
  await until(() => !isRunning(grandchild)); // or it would be the last to have the memory, and leave it behind
});
