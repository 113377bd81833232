import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EINVAL, mapHere, newDirectory, newFile, start, until } from './helpers.js';

process.env['MULTIPROCESS_NATIVE'] = 'posix'; // before the first call chooses
const { native } = await import('@multiprocess/native');

const CELL = 4096 - 8;
const ELOOP = -40;
const EISDIR = -21;

test('describe() tells the backend', () => {
  expect(native().describe()).toMatchObject({ backend: 'posix', marksLives: false });
});

test('meet() changes no file that is not one of its own', () => {
  const directory = newDirectory();
  writeFileSync(`${directory}/notes`, 'mine');
  symlinkSync(`${directory}/notes`, `${directory}/link`);
  mkdirSync(`${directory}/folder`);
  native().makeFifo(`${directory}/fifo`);
  const meet = (name: string) => native().meet(`${directory}/${name}`, `${directory}/${name}`);
  expect(['notes', 'link', 'folder', 'fifo'].map(meet)).toEqual([EINVAL, ELOOP, EISDIR, EINVAL]);
  expect(readFileSync(`${directory}/notes`, 'utf8')).toBe('mine');
});

test('a process that meets by two names, and in two files, still lives, until it is killed', async () => {
  const path = newFile();
  const { segment, words } = mapHere(path);
  const child = start('life/meet-twice.mjs', [path]);
  const { index, met } = (await child.next()) as { index: number; met: number[] };
  expect(met).toEqual([0, 0, 0]);
  expect(native().checkLife(segment, CELL + index)).toBe(1);
  child.process.kill('SIGKILL');
  await until(() => native().checkLife(segment, CELL + index) === 0);
  expect(Atomics.load(words, (CELL + index) / 4) & 0x4000_0000).toBe(0x4000_0000);
});

test('without a meeting place there is no life word, and a sleeper looks by itself', async () => {
  const child = start('life/meet-nowhere.mjs', [newFile()], { env: { MULTIPROCESS_NATIVE: 'posix' } });
  expect(await child.next()).toEqual({ claimed: -6, timedOut: 1, woken: 0, changed: 0 });
});
