import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { native } from '@multiprocess/native';
import { describe, expect, test } from 'vitest';
import { newDirectory, newFile, start } from './helpers.js';

/** What is there, but for the file and the FIFOs by which threads meet where the kernel does not do that. */
const names = (directory: string) =>
  readdirSync(directory)
    .filter((name) => !name.startsWith('lot-'))
    .sort();

const ends = [
  { end: 'a normal end', status: 0 },
  { end: 'process.exit()', status: 3 },
  { end: 'an uncaught error', status: 1 },
  { end: 'an unhandled rejection', status: 1 },
  { end: 'process.exit() with workers that park', status: 3 },
  { end: 'process.exit() in a worker', status: 0 },
  { end: 'worker.terminate()', status: 0 },
];

// The fixture maps a permanent segment with a life word, two passing ones (one in a worker), and makes FIFOs beside them.
describe.each(ends)('after $end', ({ end, status }) => {
  test('the files are gone, and the directory with them, which says by its sticky bit that it was made for them', async () => {
    const directory = newDirectory();
    chmodSync(directory, 0o1700);
    const child = start('life/end.mjs', [directory, end]);
    await child.next();
    expect(names(directory)).toEqual(['bell-1f-0', 'bell-1f-1', 'of-main', 'of-worker', 'registry']);
    child.process.send('end');
    expect(await child.ended).toBe(status);
    expect(existsSync(directory) ? readdirSync(directory) : 'gone').toBe('gone');
  });
});

test.each(['a normal end', 'process.exit()'])(
  'while another process has the permanent segment, %s leaves it and the FIFOs',
  async (end) => {
    const directory = newDirectory();
    const [leaver, stayer] = [start('life/end.mjs', [directory, end]), start('life/end.mjs', [directory, 'SIGKILL'])];
    await Promise.all([leaver.next(), stayer.next()]);
    leaver.process.send('end');
    await leaver.ended;
    expect(names(directory)).toEqual(['bell-1f-0', 'bell-1f-1', 'of-main', 'of-worker', 'registry']);
    stayer.process.kill('SIGKILL');
    await stayer.ended;
    expect(names(directory)).toEqual(['bell-1f-0', 'bell-1f-1', 'of-main', 'of-worker', 'registry']);
    for (const name of ['of-main', 'of-worker', 'registry']) expect(native().reap(`${directory}/${name}`)).toBe(1);
  },
);

test('a directory that the user has made stays, also when it is empty', async () => {
  const directory = newDirectory();
  const child = start('life/end.mjs', [directory, 'process.exit()']);
  await child.next();
  child.process.send('end');
  await child.ended;
  expect(readdirSync(directory)).toEqual([]);
});

test('a directory in which anything else is left stays, with that', async () => {
  const directory = newDirectory();
  writeFileSync(`${directory}/notes`, 'mine');
  const child = start('life/end.mjs', [directory, 'process.exit()']);
  await child.next();
  child.process.send('end');
  await child.ended;
  expect(readdirSync(directory)).toEqual(['notes']);
});

test('a directory that others may write to is not tidied: only the segments go', async () => {
  const directory = newDirectory();
  chmodSync(directory, 0o777);
  const child = start('life/end.mjs', [directory, 'process.exit()']);
  await child.next();
  child.process.send('end');
  await child.ended;
  expect(names(directory)).toEqual(['bell-1f-0', 'bell-1f-1']);
});

test('a process that maps and ends at once, many times over, leaves nothing', async () => {
  for (let i = 0; i < 10; i++) {
    const path = newFile();
    const [one, other] = [start('map-and-leave.mjs', [path]), start('map-and-leave.mjs', [path])];
    await Promise.all([one.next(), other.next()]);
    one.process.send('end');
    other.process.send('end');
    await Promise.all([one.ended, other.ended]);
    expect(existsSync(path)).toBe(false);
  }
});
