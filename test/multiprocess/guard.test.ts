import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';

const fixture = (name: string): URL => new URL(`fixtures/guard/${name}`, import.meta.url);

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'multiprocess-guard-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const WAYS = [
  'a target',
  'the target of a thread',
  'a task in a queue',
  'many tasks in a queue',
  'an instance in a pipe',
  'an instance among arguments',
  'a task of a pool',
  'an instance for a pool',
  'the initializer of a pool',
  'a registered class',
  'a registered task',
  'an exported class',
  'a callback',
  'a value of a dict',
  'the action of a barrier',
  "a daemon's argument",
] as const;

const REFUSED = {
  process: 'ERR_MULTIPROCESS_PROCESS_START',
  thread: 'ERR_MULTIPROCESS_PROCESS_START',
  prewarm: 'ERR_MULTIPROCESS_PROCESS_START',
  pool: 'ERR_MULTIPROCESS_PROCESS_START',
  manager: 'ERR_MULTIPROCESS_PROCESS_START',
  daemon: 'ERR_MULTIPROCESS_PROCESS_START',
  daemonize: 'ERR_MULTIPROCESS_PROCESS_START',
};

async function importBy(way: string, file: string, when: string): Promise<{ outcome: unknown; log: string }> {
  const log = path.join(newFolder(), 'log');
  const program = startChild(fixture('imports-in-children.mjs'), {
    args: [file, way],
    env: { GUARD_LOG: log, GUARD_WHEN: when },
  });
  const { code } = await program.exit;
  expect({ code, stderr: program.stderr }).toEqual({ code: 0, stderr: '' });
  return { outcome: program.lines.map((line) => JSON.parse(line) as unknown), log };
}

function attempts(log: string): unknown[] {
  return readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('a child that imports a module starts nothing that stands at its top', () => {
  test.each(WAYS)('imported for %s', async (way) => {
    const { outcome, log } = await importBy(way, './starts-at-import.mjs', 'at once');
    expect(outcome).toEqual([42]);
    await until(() => existsSync(log));
    expect(attempts(log)).toEqual([REFUSED]);
  });

  test.each(WAYS)('imported for %s, with top-level await', async (way) => {
    const { outcome, log } = await importBy(way, './waits-at-import.mjs', 'at once');
    expect(outcome).toEqual([42]);
    await until(() => existsSync(log));
    expect(attempts(log)).toEqual([REFUSED]);
  });

  test.each(
    ['in a timer', 'after an await'].flatMap((when) =>
      ['a target', 'a task in a queue', 'a task of a pool', 'a callback'].map((way) => ({ when, way })),
    ),
  )('nor what it begins $when, when the import is over: imported for $way', async ({ when, way }) => {
    const { outcome, log } = await importBy(way, './starts-at-import.mjs', when);
    expect(outcome).toEqual([42]);
    await until(() => existsSync(log));
    expect(attempts(log)).toEqual([REFUSED]);
  });
});

describe('a program without a guard ends with an error that shows it, not in an endless chain', () => {
  test.each([
    'unguarded-target.mjs',
    'unguarded-manager.mjs',
    'unguarded-queue.mjs',
    'unguarded-pool.mjs',
    'unguarded-daemon.mjs',
  ])('%s', async (name) => {
    const folder = newFolder();
    const log = path.join(folder, 'log');
    const program = startChild(fixture(name), { env: { GUARD_LOG: log } });
    await program.exit;
    const imports = readFileSync(log, 'utf8').trim().split('\n');
    expect(imports.length).toBeLessThanOrEqual(3); // by the program, and by each child of its own
    expect(program.stderr + program.lines.join('\n')).toContain('if (isMainProcess)');
  });
});

describe('what a child starts elsewhere than in an import is started', () => {
  test.each([
    'while a module is being imported',
    'by a timer while a module is being imported',
    'by a task of that module',
  ])('%s', async (when) => {
    const program = startChild(fixture('starts-beside-imports.mjs'), { args: [when] });
    const { code } = await program.exit;
    expect({ code, stderr: program.stderr, lines: program.lines }).toEqual({ code: 0, stderr: '', lines: ['started'] });
  });
});

describe('isMainProcess', () => {
  test.each([
    { where: 'the program', is: true },
    { where: 'a process', is: false },
    { where: 'a spare', is: false },
    { where: 'a detached process', is: false },
    { where: 'a thread', is: false },
    { where: 'a worker of a pool', is: false },
    { where: 'a thread of a pool', is: false },
    { where: "a manager's server", is: false },
    { where: 'a daemon', is: false },
    { where: 'what --import loads in a process', is: false },
    { where: 'what --import loads in a thread', is: false },
    { where: 'a program that a child starts', is: true },
    { where: 'a fork of child_process', is: true },
    { where: 'a Worker of the program', is: true },
    { where: 'a Worker of a child', is: false },
  ])('is $is in $where', async ({ where, is }) => {
    const log = path.join(newFolder(), 'log');
    const program = startChild(fixture('main-process.mjs'), { args: [where], env: { GUARD_LOG: log } });
    const { code } = await program.exit;
    expect({ code, stderr: program.stderr }).toEqual({ code: 0, stderr: '' });
    await until(() => existsSync(log));
    expect(readFileSync(log, 'utf8')).toBe(`${is}\n`);
  });

  test('guards a module whose task is the target of a daemon, also with top-level await', async () => {
    for (const name of ['guarded-daemon.mjs', 'guarded-daemon-awaited.mjs']) {
      const program = startChild(fixture(name), { env: { GUARD_LOG: path.join(newFolder(), 'log') } });
      const { code } = await program.exit;
      expect({ code, stderr: program.stderr, lines: program.lines }).toEqual({
        code: 0,
        stderr: '',
        lines: ['started', 'running true', 'stopped true'],
      });
    }
  });
});
