import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import { EINVAL, after, newDirectory, newFile, start } from './helpers.js';

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;
const PIPE_CAPACITY = 65_536; // Linux's default

test('reap() removes regular files only, and follows no link', () => {
  const directory = newDirectory();
  const path = newFile(1, directory);
  symlinkSync(path, `${directory}/link`);
  mkdirSync(`${directory}/directory`);
  expect(native().makeFifo(`${directory}/fifo`)).toBe(0);
  expect(native().reap(`${directory}/link`)).toBe(-40); // ELOOP
  expect(native().reap(`${directory}/directory`)).toBe(EINVAL);
  expect(native().reap(`${directory}/fifo`)).toBe(EINVAL);
  expect(native().reap(`${directory}/a\0b`)).toBe(EINVAL);
  expect(native().reap(path)).toBe(1);
  expect(native().reap(path)).toBe(0); // gone already
});

test('reap() leaves a second name of the file', () => {
  const directory = newDirectory();
  const path = newFile(1, directory);
  linkSync(path, `${directory}/other`);
  expect(native().reap(path)).toBe(1);
  expect(existsSync(`${directory}/other`)).toBe(true);
});

test('of many that reap one name while it is made again and again, none removes a file that is in use', async () => {
  const path = newFile();
  const reapers = [0, 1, 2].map(() => start('reap-for-ever.mjs', [path]));
  await Promise.all(reapers.map((reaper) => reaper.next()));
  const maker = start('make-and-hold.mjs', [path, 2000]);
  const { made, lost } = (await maker.next()) as { made: number; lost: number };
  expect(made).toBe(2000);
  expect(lost).toBe(0);
});

test('makeFifo() makes a FIFO for this user alone', () => {
  const path = `${newDirectory()}/fifo`;
  expect(native().makeFifo(path)).toBe(0);
  expect(statSync(path).isFIFO()).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(native().makeFifo(path)).toBe(-17); // EEXIST
});

test('ring() writes a byte, is content with a full FIFO, and says if nobody reads', () => {
  const path = `${newDirectory()}/fifo`;
  native().makeFifo(path);
  const reader = openSync(path, O_RDONLY | O_NONBLOCK);
  const writer = openSync(path, O_WRONLY | O_NONBLOCK);
  after(() => closeSync(writer));
  expect(native().ring(writer)).toBe(0);
  expect(readSync(reader, Buffer.alloc(10))).toBe(1);
  writeFileSync(writer, Buffer.alloc(PIPE_CAPACITY));
  expect(native().ring(writer)).toBe(0);
  closeSync(reader);
  expect(native().ring(writer)).toBe(-32); // EPIPE, and no SIGPIPE
  const both = openSync(path, O_RDWR | O_NONBLOCK);
  after(() => closeSync(both));
  expect(native().ring(both)).toBe(0);
  expect(native().ring(-1)).toBe(-9); // EBADF
  expect((native().ring as () => number)()).toBe(-9);
});
