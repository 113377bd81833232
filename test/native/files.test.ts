import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import { after, EINVAL, mapHere, newDirectory, newFile, PAGE, SHARED, start } from './helpers.js';

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

test('ring() writes a byte, is content with a full FIFO, and says if no process reads', () => {
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

test('reap() with a magic number removes only what begins with it', () => {
  const directory = newDirectory();
  const path = `${directory}/file`;
  for (const [content, removed] of [
    ['', 0],
    ['MPS', 0],
    ['MPSX and more', 0],
    ['MPSG', 1],
  ] as const) {
    writeFileSync(path, content);
    expect(native().reap(path, 0x4753504d)).toBe(removed);
    expect(existsSync(path)).toBe(removed === 0);
  }
});

test('rename() replaces no file, and a mapped file is shown under the new name', () => {
  const path = newFile();
  const { segment } = mapHere(path);
  const directory = dirname(path);
  writeFileSync(`${directory}/taken`, 'mine');
  expect(native().rename(path, `${directory}/taken`)).toBe(-17); // EEXIST
  expect(native().rename(path, `${directory}/renamed`)).toBe(0);
  expect(readFileSync('/proc/self/maps', 'utf8')).toContain(` ${directory}/renamed\n`);
  expect(native().rename(path, `${directory}/other`)).toBe(-2); // ENOENT
  expect(readFileSync(`${directory}/taken`, 'utf8')).toBe('mine');
  expect(segment).toBeGreaterThan(0);
});

test('keepReachable() keeps a descriptor through which a file without a name is opened again, until it is unmapped', () => {
  const path = newFile();
  const fd = openSync(path, 'r+');
  native().lock(fd, SHARED);
  const segment = native().map(fd, PAGE, '', false);
  const descriptors = () => readdirSync('/proc/self/fd').filter((number) => linkOf(number) === `${path} (deleted)`);
  expect(native().keepReachable(segment, fd)).toBe(0);
  expect(native().keepReachable(segment, fd)).toBe(0);
  closeSync(fd);
  unlinkSync(path);
  const [number, ...others] = descriptors();
  expect(others).toEqual([]);
  const again = openSync(`/proc/self/fd/${number}`, 'r+');
  expect(native().map(again, PAGE, '', false)).toBe(segment);
  closeSync(again);
  native().unmap(segment);
  expect(descriptors()).toHaveLength(1);
  native().unmap(segment);
  expect(descriptors()).toEqual([]);
  expect(native().keepReachable(segment, 0)).toBe(EINVAL);
});

test('find() gives what this process has mapped for good under a path, whatever has become of the file', () => {
  const path = newFile();
  const fd = openSync(path, 'r+');
  native().lock(fd, SHARED);
  expect(native().find(path)).toEqual([0, 0]);
  const passing = native().map(fd, PAGE, path, false);
  expect(native().find(path)).toEqual([0, 0]);
  const segment = native().map(fd, PAGE, path, true);
  const { ino } = fstatSync(fd);
  closeSync(fd);
  unlinkSync(path);
  expect(segment).toBe(passing);
  expect(native().find(path)).toEqual([segment, ino]);
  for (let references = 0; references < 3; references++) expect(native().unmap(segment)).toBe(0);
  expect(native().unmap(segment)).toBe(EINVAL);
});

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return ''; // the one of the listing
  }
}
