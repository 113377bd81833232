import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PIPE, Popen, run, runSync, STDOUT } from '@multiprocess/subprocess';
import type { Command, PopenOptions } from '@multiprocess/subprocess';
import { openPipes } from './helpers.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'multiprocess-test-'));
  writeFileSync(path.join(directory, 'plain'), 'no program');
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const rows: [string, (directory: string) => [Command, PopenOptions?], string, (directory: string) => string][] = [
  ['a program that is nowhere in PATH', () => [['no-such-program', 'x']], 'ENOENT', () => 'no-such-program'],
  ['a path that leads nowhere', () => [['/no/such/program']], 'ENOENT', () => '/no/such/program'],
  ['a cwd that does not exist', () => [['true'], { cwd: '/no/such/place' }], 'ENOENT', () => '/no/such/place'],
  ['a cwd that is not a directory', (at) => [['true'], { cwd: `${at}/plain` }], 'ENOTDIR', (at) => `${at}/plain`],
  ['a file that may not be executed', (at) => [[`${at}/plain`]], 'EACCES', (at) => `${at}/plain`],
  ['a directory', (at) => [[at]], 'EACCES', (at) => at],
  ['a path through a file', (at) => [[`${at}/plain/program`]], 'ENOTDIR', (at) => `${at}/plain/program`],
  [
    'a program that is not in the PATH that was given',
    () => [['ls'], { env: { PATH: '/nowhere' } }],
    'ENOENT',
    () => 'ls',
  ],
];

describe.each(rows)('%s', (_, given, code, where) => {
  test(`is ${code}, thrown by the constructor, with its name`, () => {
    const [args, options = {}] = given(directory);
    const before = openPipes();
    const start = () => new Popen(args, { ...options, stdin: PIPE, stdout: PIPE, stderr: PIPE });
    expect(start).toThrow(expect.objectContaining({ code, path: where(directory), syscall: 'spawn' }) as Error);
    expect(start).toThrow(where(directory));
    expect(openPipes()).toEqual(before);
  });

  test('is the same in run() and runSync(), also with merged outputs', async () => {
    const [args, options = {}] = given(directory);
    const error = { code, path: where(directory) };
    await expect(run(args, options)).rejects.toMatchObject(error);
    expect(() => runSync(args, options)).toThrow(expect.objectContaining(error) as Error);
    expect(() => runSync(args, { ...options, stdout: PIPE, stderr: STDOUT })).toThrow(
      expect.objectContaining(error) as Error,
    );
  });
});

test('a missing shell is a launch failure, a missing command a status', async () => {
  await expect(run('true', { shell: '/no/such/shell' })).rejects.toMatchObject({
    code: 'ENOENT',
    path: '/no/such/shell',
  });
  expect((await run('/no/such/command', { shell: true, stderr: PIPE })).returncode).toBe(127);
});

test('15 launch failures in a row leave nothing open', () => {
  const before = openPipes();
  for (let i = 0; i < 15; i++) {
    expect(() => new Popen(['no-such-program'], { stdin: PIPE, stdout: PIPE, stderr: PIPE })).toThrow();
  }
  expect(openPipes()).toEqual(before);
});

test.each([0, 2, 4, 6, 7, 8, 30])(
  '15 runs with %i descriptors left: each ends well or with EMFILE, and none leaks',
  async (free) => {
    const fixture = fileURLToPath(new URL('fixtures/near-limit.mjs', import.meta.url));
    // Enough to begin with: Node opens the files of all modules that it imports at the same time.
    const limited = `ulimit -n 256; exec '${process.execPath}' '${fixture}' ${free}`;
    const { stdout, stderr } = await run(limited, { shell: true, captureOutput: true, encoding: 'utf8' });
    expect(stderr).toBe('');
    const { outcomes, open } = JSON.parse(stdout) as { outcomes: (number | string)[]; open: number };
    expect(outcomes).toHaveLength(16);
    expect(outcomes.filter((one) => one !== 0 && one !== 'EMFILE')).toEqual([]);
    if (free >= 30) expect(outcomes.filter((one) => one === 0)).toHaveLength(16);
    if (free === 0) expect(outcomes.filter((one) => one === 'EMFILE')).toHaveLength(16);
    expect(open).toBeLessThan(40);
  },
);
