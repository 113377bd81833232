import { chmodSync, mkdirSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { filesIn, fixture, newDirectory } from './helpers.js';

const useDirectory = (directory: string) =>
  startChild(fixture('use-directory.mjs'), { env: { MULTIPROCESS_DIR: directory } });

test('the directory is made, private, and removed by the last who uses it', async () => {
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
