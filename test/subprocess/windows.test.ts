// The rules of Windows that can be followed on any system.
import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { UnsupportedPlatformError } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkOnWindows } from '../../packages/subprocess/build/end/send-signal.js';
import { processesByTool } from '../../packages/subprocess/build/end/listed-processes.js';
import { windowsShellLine } from '../../packages/subprocess/build/launch/command-line.js';
import { withOutputFile } from '../../packages/subprocess/build/launch/output-file.js';
import { refuseOnWindows } from '../../packages/subprocess/build/launch/refuse-on-windows.js';
import { findOnWindows } from '../../packages/subprocess/build/launch/windows-search.js';
import { isRunning } from '../helpers/is-running.js';
import { open } from './helpers.js';

let directory: string;
const at = (name: string): string => `${directory}/${name}`;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'multiprocess-test-'));
  for (const folder of ['one', 'two', 'here']) mkdirSync(at(folder));
  const files = [
    'one/tool.exe',
    'two/tool.exe',
    'two/old.com',
    'two/old.exe',
    'two/npm.cmd',
    'two/npm',
    'here/own.exe',
  ];
  for (const file of [...files, 'two/node.js', 'one/run.bat']) writeFileSync(at(file), '');
  mkdirSync(at('one/old.exe'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('a program is looked for as Node does it', () => {
  const find = (name: string, more = {}) =>
    findOnWindows(name, { Path: `${at('one')};"${at('two')}";`, ...more }, at('here'));

  test.each([
    ['with .exe in the first folder of PATH, whatever the case of that name', 'tool', 'one/tool.exe'],
    ['by its whole name', 'tool.exe', 'one/tool.exe'],
    ['with .com before .exe, and never a folder', 'old', 'two/old.com'],
    ['in its working directory first', 'own', 'here/own.exe'],
    ['by its very name, if that has an extension', 'node.js', 'two/node.js'],
  ])('%s', (_, name, expected) => {
    expect(find(name)).toEqual({ file: at(expected) });
  });

  test('a path is not looked for in PATH, but from its working directory', () => {
    expect(find('../two/tool')).toEqual({ file: `${at('here')}/../two/tool.exe` });
    expect(find('..\\tool.exe')).toEqual({ code: 'ENOENT' });
    expect(find(at('two/old'))).toEqual({ file: at('two/old.com') });
  });

  test('a batch file is none: the error says that a shell runs it', () => {
    expect(find('npm')).toEqual({
      code: 'ENOENT',
      why: `it is ${path.win32.normalize(at('two/npm.cmd'))}, which only a shell runs: give shell: true`,
    });
    expect(find('run', { PATHEXT: '.EXE;.BAT' })).toMatchObject({
      code: 'ENOENT',
      why: expect.stringContaining('run.bat') as string,
    });
    expect(find('run', { PATHEXT: '.EXE' })).toEqual({ code: 'ENOENT' });
    expect(find('npm.cmd')).toMatchObject({ code: 'EINVAL', why: expect.stringContaining('shell: true') as string });
  });

  test('without PATH, only in its working directory', () => {
    expect(findOnWindows('own', {}, at('here'))).toEqual({ file: at('here/own.exe') });
    expect(findOnWindows('tool', {}, at('here'))).toEqual({ code: 'ENOENT' });
  });
});

describe('a line for a shell', () => {
  const CMD = 'C:\\Windows\\System32\\cmd.exe';
  const lineOf = (words: string[], shell = CMD) => windowsShellLine(words, shell);

  test('is one argument of cmd, which Node is to leave as it is', () => {
    expect(lineOf(['echo "a b" & exit 3'])).toEqual({
      file: CMD,
      name: CMD,
      args: ['/d', '/s', '/c', '"echo "a b" & exit 3"'],
      usesShell: true,
      isVerbatim: true,
    });
  });

  test.each([
    [['echo', 'one', 'two'], 'echo one two'],
    [['echo', 'a b', ''], 'echo "a b" ""'],
    [['echo', 'say "hi"', 'C:\\a b\\', 'C:\\ab\\'], 'echo "say \\"hi\\"" "C:\\a b\\\\" C:\\ab\\'],
    [['echo', '\\\\"'], 'echo "\\\\\\\\\\""'],
  ])('of %j has each word as programs take it apart', (words, line) => {
    expect(lineOf(words).args.at(-1)).toBe(`"${line}"`);
  });

  test('of another shell is a script, as everywhere', () => {
    const bash = 'C:\\Program Files\\Git\\bin\\bash.exe';
    expect(lineOf(['echo $0', 'a'], bash)).toMatchObject({
      file: bash,
      args: ['-c', 'echo $0', 'a'],
      isVerbatim: false,
    });
  });

  test('is run by the shell of ComSpec, without that by cmd.exe', () => {
    expect(windowsShellLine(['ver']).file).toBe(process.env['ComSpec'] ?? 'cmd.exe');
  });
});

test.each([{ user: 0 }, { group: 0 }, { passFds: [3] }])('%o is refused there, with what to do', (options) => {
  expect(() => {
    refuseOnWindows(options as never);
  }).toThrow(UnsupportedPlatformError);
  expect(() => {
    refuseOnWindows(options as never);
  }).toThrow(/^Windows has no .*: (leave|hand)/);
  refuseOnWindows({ passFds: [], startNewSession: true } as never);
});

test('of the signals only those that end a program can be sent there', () => {
  const { SIGHUP, SIGINT, SIGKILL, SIGTERM } = constants.signals;
  for (const signal of [0, SIGINT, SIGKILL, SIGTERM]) checkOnWindows(signal);
  expect(() => {
    checkOnWindows(SIGHUP);
  }).toThrow(/^Windows has no signal 1: call terminate\(\) or kill\(\)/);
});

describe('both outputs of a blocking call in a file', () => {
  const before = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('multiprocess-output-'));
  const both = (script: string, max: number) =>
    withOutputFile(max, (fd: number) =>
      spawnSync('sh', ['-c', script], { stdio: ['ignore', fd, fd] }),
    ) as SpawnSyncReturns<Buffer>;

  test('are in their order, and the file is gone', () => {
    const had = before();
    const { stdout, status, error } = both('echo a; echo b >&2; echo c; exit 3', Infinity);
    expect([stdout.toString(), status, error]).toEqual(['a\nb\nc\n', 3, undefined]);
    expect(before()).toEqual(had);
  });

  test('have an error if they are too much, as from pipes', () => {
    const { stdout, error } = both('echo 0123456789', 5);
    expect([stdout.toString(), error]).toEqual(['01234', expect.objectContaining({ code: 'ENOBUFS' })]);
  });
});

test('where the kernel does not show processes, ps lists them', ({ skip }) => {
  skip(spawnSync('ps').error !== undefined, 'ps is missing: apt-get install procps');
  const child = open(['sleep', '1000']);
  expect(isRunning(child.pid)).toBe(true);
  expect(processesByTool()).toContainEqual(expect.objectContaining({ pid: child.pid, parent: process.pid }));
});
