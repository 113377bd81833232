import { execPath } from 'node:process';
import { closeSync, openSync, readSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isIgnored, isOver, knownOf } from '../../packages/shared-memory/build/platform/system/process-state.js';
import { startedBy } from '../../packages/shared-memory/build/platform/macos/process-strings.js';
import { isRegisteredFormat } from '../../packages/shared-memory/build/platform/macos/program-format.js';

// What TypeScript makes of the answers of a kernel that no test runs on: see docs/design/native-macos.md.
describe('what a process was started with', () => {
  const kernel = [
    '3',
    '/usr/bin/node\0\0\0\0node\0--flag\0a b\0PATH=/bin\0EMPTY=\0\0\0executable_path=/usr/bin/node\0',
  ];

  test('arguments are as many as the kernel says, behind the path and its padding', () => {
    expect(startedBy(kernel).args).toEqual(['node', '--flag', 'a b']);
  });

  test('the environment ends at an empty text: what follows is for the loader', () => {
    expect(startedBy(kernel).environment).toEqual(['PATH=/bin', 'EMPTY=']);
  });

  test('an argument may be empty', () => {
    expect(startedBy(['2', '/bin/a\0a\0\0X=1\0\0'])).toEqual({ args: ['a', ''], environment: ['X=1'] });
  });

  test('of a process that the kernel does not tell of there is nothing', () => {
    expect(startedBy([])).toEqual({ args: [], environment: [] });
  });
});

describe('the state of a process', () => {
  const state = (status: number): number[] => [status, 7, 501, 3, 1_700_000_000, 42, 0x4000_1000];

  test('its start tells it from a later one with its number', () => {
    expect(knownOf(8, state(2))).toMatchObject({
      pid: 8,
      parent: 7,
      user: 501,
      threads: 3,
      startedAt: '1700000000.000042',
    });
  });

  test('a stopped one is stopped; an error is no process', () => {
    expect(knownOf(8, state(4))?.state).toBe('T');
    expect(knownOf(8, [-3])).toBeUndefined();
  });

  test('one that is not there, was not reaped, or started later has ended', () => {
    const startedAt = '1700000000.000042';
    expect(isOver(knownOf(8, state(2)), startedAt)).toBe(false);
    expect(isOver(knownOf(8, [-3]), startedAt)).toBe(true);
    expect(isOver(knownOf(8, state(5)), startedAt)).toBe(true);
    expect(isOver(knownOf(8, [2, 7, 501, 3, 1_700_000_001, 0, 0]), startedAt)).toBe(true);
  });
});

test('which signals a process ignores', () => {
  const known = knownOf(8, [2, 7, 501, 3, 1_700_000_000, 42, 0x8000_4001]);
  expect([1, 2, 14, 15, 16, 31, 32].filter((signal) => isIgnored(known, signal))).toEqual([1, 15, 32]);
  expect(isIgnored(undefined, 15)).toBe(false);
});

describe('the formats of programs', () => {
  const head = (hex: string): Buffer => Buffer.from(hex.padEnd(64, '0'), 'hex');

  test('Mach-O and universal files are programs', () => {
    expect(isRegisteredFormat('a', head('cffaedfe0c000001'))).toBe(true);
    expect(isRegisteredFormat('a', head('cafebabe00000002'))).toBe(true);
  });

  test('compiled Java, ELF and text are none', () => {
    expect(isRegisteredFormat('a', head('cafebabe00000041'))).toBe(false);
    expect(isRegisteredFormat('a', Buffer.from('echo hello\n'))).toBe(false);
    expect(isRegisteredFormat('a', Buffer.from(''))).toBe(false);
    const elf = Buffer.alloc(64);
    const fd = openSync(execPath, 'r');
    readSync(fd, elf);
    closeSync(fd);
    expect(isRegisteredFormat(execPath, elf)).toBe(process.platform === 'darwin');
  });
});
