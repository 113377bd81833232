import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { native } from '@multiprocess/native';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { filesIn, fixture, newDirectory } from '../helpers.js';

const useDirectory = (directory: string) =>
  startChild(fixture('directory/use-directory.mjs'), { env: { MULTIPROCESS_DIR: directory } });

test('the directory is created, private, and removed by the last process that uses it', async () => {
  const directory = newDirectory();
  rmdirSync(directory);
  const child = useDirectory(directory);
  expect(await child.line(/^mode/)).toBe('mode 700');
  expect((await child.exit).code).toBe(0);
  expect(() => {
    rmdirSync(directory);
  }).toThrow('ENOENT');
  mkdirSync(directory);
});

test.each([0o770, 0o707, 0o1777])(
  'a directory of mode %o, which others may write to, is a HandleError',
  async (mode) => {
    const directory = newDirectory();
    const first = useDirectory(directory);
    await first.exit; // whether or not there was a registry in it once
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, mode);
    const child = useDirectory(directory);
    expect(await child.line(/^error/)).toBe('error HandleError ERR_MULTIPROCESS_HANDLE');
    expect(filesIn(directory)).toEqual([]);
  },
);

test('a directory with a registry that became writable for others is a HandleError, too', async () => {
  const directory = newDirectory();
  const holder = startChild(fixture('make-objects.mjs'), { args: ['1'], env: { MULTIPROCESS_DIR: directory } });
  await holder.line('made');
  chmodSync(directory, 0o777);
  expect(await useDirectory(directory).line(/^error/)).toBe('error HandleError ERR_MULTIPROCESS_HANDLE');
});

test('a symbolic link in place of the directory is a HandleError', async () => {
  const directory = newDirectory();
  symlinkSync(directory, `${directory}-link`);
  const child = useDirectory(`${directory}-link`);
  expect(await child.line(/^error/)).toBe('error HandleError ERR_MULTIPROCESS_HANDLE');
  unlinkSync(`${directory}-link`);
});

test('a file in place of the directory is a HandleError', async () => {
  const directory = newDirectory();
  writeFileSync(`${directory}/file`, '');
  const child = useDirectory(`${directory}/file`);
  expect(await child.line(/^error/)).toBe('error HandleError ERR_MULTIPROCESS_HANDLE');
});

test.skipIf(process.getuid?.() !== 0)('a directory of another user is a HandleError, even for root', async () => {
  const directory = newDirectory();
  const { chownSync } = await import('node:fs');
  chownSync(directory, 65_534, 65_534);
  const child = useDirectory(directory);
  expect(await child.line(/^error/)).toBe('error HandleError ERR_MULTIPROCESS_HANDLE');
});

/** Root may enter anything: whether the rights suffice is seen by another user only. */
const user = process.getuid?.() === 0 ? 65_534 : undefined;

describe('whatever the umask of the first program, the directory is of use to the next ones:', () => {
  test.each(['000', '022', '077', '0177', '0277', '0377', '0477', '0777'])('umask %s', async (umask) => {
    const directory = `${newDirectory()}/here`;
    const first = startChild(fixture('directory/set-umask.mjs'), {
      args: [umask],
      env: { MULTIPROCESS_DIR: directory },
    });
    expect(await first.line(/^woken/), first.stderr).toBe('woken');
    expect((statSync(directory).mode & 0o777).toString(8)).toBe('700');
    for (const name of filesIn(directory))
      expect(`${name} ${(statSync(`${directory}/${name}`).mode & 0o777).toString(8)}`).toBe(`${name} 600`);
    const [command = '', ...asOther] = user === undefined ? ['env'] : ['setpriv', `--reuid=${user}`, '--clear-groups'];
    if (user !== undefined)
      for (const name of ['.', ...filesIn(directory)]) chownSync(`${directory}/${name}`, user, user);
    chmodSync(join(directory, '..'), 0o755);
    const program = fileURLToPath(fixture('directory/use-directory.mjs'));
    const next = spawnSync(command, [...asOther, process.execPath, program], {
      env: { ...process.env, MULTIPROCESS_DIR: directory },
      encoding: 'utf8',
    });
    expect(next.stdout.trim(), next.stderr).toBe('mode 700');
  });
});

test.each([0o600, 0o500, 0o300, 0o000])(
  'a directory of this user with too few rights, mode %o, gets them back',
  async (mode) => {
    const directory = newDirectory();
    chmodSync(directory, mode);
    expect(await useDirectory(directory).line(/^(mode|error)/)).toBe('mode 700');
  },
);

describe('the directory is chosen once, at the first use:', () => {
  test('a relative path means the same after chdir(), a change of the variable, and in children', async () => {
    const above = newDirectory();
    const child = startChild(fixture('directory/move-away.mjs'), { cwd: above, env: { MULTIPROCESS_DIR: 'here' } });
    await child.line('done');
    expect(child.lines).toEqual([
      `directory ${above}/here`,
      'named: the same',
      'thread: the same',
      'process: the same',
      'process with another directory in its env: the same',
      'program of node: the same',
      'done',
    ]);
    expect((await child.exit).code, child.stderr).toBe(0);
    expect(filesIn(above)).toEqual([]);
  });
});

describe('a directory that the user has made, with other things in it,', () => {
  const MAGIC = Buffer.from('MPSG');

  test('is left as it was found', async () => {
    const directory = newDirectory();
    const texts = [
      's-notes.txt',
      's-',
      'registry.txt',
      'making-progress',
      'bell-abc',
      'bell-1-1',
      'gone-home',
      'other',
      '.hidden',
    ];
    for (const name of texts) writeFileSync(join(directory, name), 'precious');
    writeFileSync(join(directory, 's-empty'), '');
    writeFileSync(join(directory, 's-short'), MAGIC.subarray(0, 3));
    mkdirSync(join(directory, 's-directory'));
    symlinkSync('other', join(directory, 's-link'));
    const fifos = ['my-fifo', 'bell-tower', 'bell-1001', 's-fifo'];
    for (const name of fifos) expect(native().makeFifo(join(directory, name))).toBe(0);
    const server = createServer().listen(join(directory, 's-socket'));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const before = filesIn(directory).sort();
    for (let round = 0; round < 2; round++) {
      const child = startChild(fixture('make-objects.mjs'), { args: ['3'], env: { MULTIPROCESS_DIR: directory } });
      await child.line('made');
      child.say('removeOrphans');
      await child.line('removed 0');
      child.say('end');
      expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
      expect(filesIn(directory).sort()).toEqual(before);
    }
    for (const name of texts) expect(readFileSync(join(directory, name), 'utf8')).toBe('precious');
  });

  test('stays, also when it is empty', async () => {
    const directory = newDirectory();
    expect((await useDirectory(directory).exit).code).toBe(0);
    expect(filesIn(directory)).toEqual([]);
    expect(statSync(directory).isDirectory()).toBe(true);
  });

  test('is removed if this toolkit has made it, even when its maker was killed', async () => {
    const directory = `${newDirectory()}/made`;
    const killed = startChild(fixture('make-objects.mjs'), { args: ['2'], env: { MULTIPROCESS_DIR: directory } });
    await killed.line('made');
    await killed.kill();
    expect((await useDirectory(directory).exit).code).toBe(0);
    expect(() => statSync(directory)).toThrow('ENOENT');
  });
});
