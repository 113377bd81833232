import { closeSync, existsSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import {
  after,
  EAGAIN,
  EINVAL,
  EXCLUSIVE,
  isLocked,
  mapHere,
  newDirectory,
  newFile,
  PAGE,
  SHARED,
  start,
  until,
} from './helpers.js';

test('a file is mapped once per process, whichever descriptor and name is used', () => {
  const path = newFile();
  const first = mapHere(path);
  const second = mapHere(path);
  expect(second.segment).toBe(first.segment);
  first.words[9] = 9;
  expect(second.words[9]).toBe(9);
  expect(mapHere(newFile()).segment).not.toBe(first.segment);
});

test('the lock outlives the descriptors, that of the first mapping too, and goes with the last reference', () => {
  const path = newFile();
  const fds = [openSync(path, 'r+'), openSync(path, 'r+')] as const;
  const [segment] = fds.map((fd) => {
    expect(native().lock(fd, SHARED)).toBe(0);
    return native().map(fd, 16 * PAGE, '', false);
  });
  closeSync(fds[1]);
  expect(isLocked(path)).toBe(true);
  closeSync(fds[0]);
  expect(isLocked(path)).toBe(true);
  expect(native().unmap(segment ?? 0)).toBe(0);
  expect(isLocked(path)).toBe(true);
  expect(native().unmap(segment ?? 0)).toBe(0);
  expect(isLocked(path)).toBe(false);
  expect(existsSync(path)).toBe(true); // no path was given
});

test('the lock falls with SIGKILL, and the file can be reaped then, not before', async () => {
  const path = newFile();
  const child = start('map-and-stay.mjs', [path]);
  await child.next();
  expect(isLocked(path)).toBe(true);
  expect(native().reap(path)).toBe(0);
  child.process.kill('SIGKILL');
  expect(await child.ended).toBe('SIGKILL');
  expect(isLocked(path)).toBe(false);
  expect(native().reap(path)).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('the last unmap() removes the file; while another process has it, it stays', async () => {
  const path = newFile();
  const child = start('map-and-stay.mjs', [path]);
  await child.next();
  const map = () => {
    const fd = openSync(path, 'r+');
    native().lock(fd, SHARED);
    const segment = native().map(fd, 16 * PAGE, path, false);
    closeSync(fd);
    return segment;
  };
  expect(native().unmap(map())).toBe(0);
  const segment = map();
  child.process.kill('SIGKILL');
  await child.ended;
  expect(existsSync(path)).toBe(true);
  expect(native().unmap(segment)).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('a reference is dropped once: then the number means nothing', () => {
  const { segment } = mapHere(newFile());
  const other = mapHere(newFile()).segment;
  expect(native().unmap(segment)).toBe(0);
  expect(native().unmap(segment)).toBe(EINVAL);
  expect(native().unpark(segment, 0, 1)).toBe(EINVAL);
  expect(() => native().buffer(segment, 0, 100)).toThrow(`Cannot make a buffer over segment ${segment}: EINVAL`);
  expect(native().unpark(other, 0, 1)).toBe(0);
});

test('map() refuses a file that is not regular, too short, or read-only', () => {
  const path = newFile(PAGE);
  const fd = openSync(path, 'r+');
  const readOnly = openSync(path, 'r');
  const nothing = openSync('/dev/null', 'r+');
  after(() => [fd, readOnly, nothing].forEach(closeSync));
  const map = (descriptor: number, byteLength: number, name = '') => native().map(descriptor, byteLength, name, false);
  expect(map(fd, PAGE + 1)).toBe(EINVAL);
  expect(map(fd, 0)).toBe(EINVAL);
  expect(map(fd, 1.5)).toBe(EINVAL);
  expect(map(fd, -1)).toBe(EINVAL);
  expect(map(fd, PAGE, 'a\0b')).toBe(EINVAL);
  expect(map(nothing, PAGE)).toBe(EINVAL);
  expect(map(-1, PAGE)).toBe(-9); // EBADF
  expect(map(readOnly, PAGE)).toBe(-13); // EACCES
  const segment = map(fd, 100);
  expect(native().buffer(segment, 8, 64).byteLength).toBe(64);
  expect(() => native().buffer(segment, 8, 100)).toThrow('EINVAL'); // beyond the mapping
  expect(() => native().buffer(segment, 4, 64)).toThrow('EINVAL'); // not aligned
  expect(map(fd, PAGE)).toBe(EINVAL); // longer than the mapping there is
  native().unmap(segment);
});

test('lock() never waits', () => {
  const path = newFile();
  const fds = [openSync(path, 'r+'), openSync(path, 'r+')] as const;
  after(() => fds.forEach(closeSync));
  expect(native().lock(fds[0], EXCLUSIVE)).toBe(0);
  expect(native().lock(fds[1], SHARED)).toBe(EAGAIN);
  expect(native().lock(fds[0], 8)).toBe(0);
  expect(native().lock(fds[1], SHARED)).toBe(0);
  expect(native().lock(fds[1], 6)).toBe(EINVAL);
});

test('a child made by fork() alone does not keep the file locked', async () => {
  const path = newFile();
  const child = start('map-and-stay.mjs', [path]);
  await child.next();
  const { readFileSync } = await import('node:fs');
  const flags = readFileSync(`/proc/${child.pid}/smaps`, 'latin1')
    .split(path)[1]
    ?.match(/VmFlags: (.*)/)?.[1];
  expect(flags?.split(' ')).toContain('dc'); // VM_DONTCOPY
});

test('70 000 segments, one after another: numbers are used again, late', () => {
  const directory = newDirectory();
  const path = `${directory}/segment`;
  writeFileSync(path, '');
  const fd = openSync(path, 'r+');
  after(() => closeSync(fd));
  ftruncateSync(fd, PAGE);
  const kept = mapHere(newFile()).segment;
  let before = 0;
  for (let i = 0; i < 70_000; i++) {
    const segment = native().map(fd, PAGE, '', false);
    if (segment <= 0 || segment === kept || segment === before) throw new Error(`${segment} after ${before}`);
    native().unmap(segment);
    before = segment;
  }
});

test('a worker that ends drops its references, not those of others', async () => {
  const path = newFile();
  const child = start('worker-maps.mjs', [path]);
  expect(await child.next()).toBe('the worker has it');
  expect(isLocked(path)).toBe(true);
  child.process.send('terminate the worker');
  expect(await child.next()).toBe('the worker has ended');
  await until(() => !existsSync(path));
  child.process.disconnect();
  expect(await child.ended).toBe(0);
});
