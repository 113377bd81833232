import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { native } from '@multiprocess/native';
import {
  attach,
  CorruptSegmentError,
  HandleError,
  MultiprocessError,
  parseHandle,
  SharedMemory,
} from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { Lock } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { filesIn, fixture, newDirectory } from './helpers.js';

const LOCK_SHARED = 1;
const handleOf = (kind: string, reference: string) => `multiprocess:${kind}:${reference}`;
const pathOf = (reference: string) => join(process.env['MULTIPROCESS_DIR'] ?? '', `s-${reference}`);

/** A file in the place of a segment, locked as one that a living process has; else it would be swept as an orphan. */
function plant(reference: string, content: string | Buffer): void {
  const path = pathOf(reference);
  writeFileSync(path, content, { mode: 0o600 });
  const fd = openSync(path, 'r+');
  expect(native().lock(fd, LOCK_SHARED)).toBe(0);
  onTestFinished(() => {
    closeSync(fd);
    rmSync(path, { force: true });
  });
}

/** A segment's file with something changed in it. */
function plantCopy(
  reference: string,
  of: SharedMemory | Queue | Lock,
  change: (fd: number, path: string) => void,
): void {
  const path = pathOf(reference);
  copyFileSync(pathOf(parseHandle(of.handle).reference), path);
  const fd = openSync(path, 'r+');
  expect(native().lock(fd, LOCK_SHARED)).toBe(0);
  change(fd, path);
  onTestFinished(() => {
    closeSync(fd);
    rmSync(path, { force: true });
  });
}

const attempts = (reference: string) => [
  () => Lock.attach(handleOf('sync.Lock', reference)),
  () => Queue.attach(handleOf('queue.Queue', reference)),
  () => SharedMemory.attach(reference),
  () => attach(handleOf('shared-memory.SharedMemory', reference)),
  () => new Lock({ name: reference }),
  () => new Queue({ name: reference }),
  () => new SharedMemory({ name: reference, size: 64 }),
];

describe('is a CorruptSegmentError, for every class:', () => {
  test.each([
    { what: 'an empty file', content: '' },
    { what: 'a short file', content: 'hello' },
    { what: 'a text', content: 'once upon a time '.repeat(1000) },
    { what: 'zeros', content: Buffer.alloc(10_000) },
    { what: 'noise', content: Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)) },
  ])('$what', ({ content }) => {
    plant('planted', content);
    for (const attempt of attempts('planted')) expect(attempt).toThrow(CorruptSegmentError);
  });

  test('a directory', () => {
    mkdirSync(pathOf('directory'));
    onTestFinished(() => rmSync(pathOf('directory'), { recursive: true }));
    for (const attempt of attempts('directory')) expect(attempt).toThrow(CorruptSegmentError);
  });

  test('a symbolic link, also one that leads to a segment', () => {
    using memory = new SharedMemory({ size: 64 });
    symlinkSync(pathOf(memory.name), pathOf('link'));
    onTestFinished(() => rmSync(pathOf('link')));
    for (const attempt of attempts('link')) expect(attempt).toThrow(CorruptSegmentError);
  });

  test('a FIFO, without waiting for its other end', () => {
    expect(native().makeFifo(pathOf('fifo'))).toBe(0);
    onTestFinished(() => rmSync(pathOf('fifo')));
    for (const attempt of attempts('fifo')) expect(attempt).toThrow(CorruptSegmentError);
  });

  test.each([0, 100, 128, 150])('a segment that was truncated to %d bytes', (length) => {
    using queue = new Queue();
    plantCopy('truncated', queue, (_, path) => truncateSync(path, length));
    for (const attempt of attempts('truncated')) expect(attempt).toThrow(CorruptSegmentError);
  });

  test('a segment that is longer than it says', () => {
    using lock = new Lock({ name: 'copied' });
    plantCopy('longer', lock, (fd) => ftruncateSync(fd, 4096));
    expect(() => Lock.attach(handleOf('sync.Lock', 'longer'))).toThrow(CorruptSegmentError);
  });
});

test('a segment of another layout version is a HandleError that names both', () => {
  using lock = new Lock({ name: 'copied' });
  plantCopy('future', lock, (fd) => writeSync(fd, Buffer.from([99, 0, 0, 0]), 0, 4, 4));
  expect(() => Lock.attach(handleOf('sync.Lock', 'future'))).toThrow(/99.*2/);
  expect(() => Lock.attach(handleOf('sync.Lock', 'future'))).toThrow(HandleError);
});

test('a segment of another registry is a HandleError', () => {
  using lock = new Lock({ name: 'copied' });
  plantCopy('foreign', lock, (fd) => writeSync(fd, Buffer.from([1, 2, 3, 4]), 0, 4, 20));
  expect(() => Lock.attach(handleOf('sync.Lock', 'foreign'))).toThrow(HandleError);
});

test('a lock whose segment says that it is shorter than a lock is a CorruptSegmentError', () => {
  using lock = new Lock({ name: 'copied' });
  plantCopy('stub', lock, (fd) => {
    ftruncateSync(fd, 130);
    writeSync(fd, Buffer.from([130, 0, 0, 0]), 0, 4, 12);
  });
  expect(() => Lock.attach(handleOf('sync.Lock', 'stub'))).toThrow(CorruptSegmentError);
});

test('a header with any byte changed is refused with a typed error, or leads to what it led to before', () => {
  using queue = new Queue({ memory: 2 ** 14 });
  const path = pathOf('scribbled');
  for (let at = 0; at < 128; at++) {
    plantCopy('scribbled', queue, (fd) => writeSync(fd, Buffer.from([0xa5]), 0, 1, at));
    try {
      Queue.attach(handleOf('queue.Queue', 'scribbled')).close();
    } catch (error) {
      expect(error).toBeInstanceOf(MultiprocessError);
    }
    rmSync(path, { force: true });
  }
});

test('a segment that no living process has is created anew, whatever its file holds', () => {
  using lock = new Lock({ name: 'copied' });
  const leave = () => {
    copyFileSync(pathOf(parseHandle(lock.handle).reference), pathOf('orphan'));
    truncateSync(pathOf('orphan'), 5);
  };
  leave();
  expect(() => SharedMemory.attach('orphan')).toThrow(HandleError);
  leave();
  using memory = new SharedMemory({ name: 'orphan', size: 64 });
  expect(new Uint8Array(memory.buffer)[0]).toBe(0);
});

test('a file of the user’s under the name of an object stays, and is a CorruptSegmentError', () => {
  writeFileSync(pathOf('notes'), 'precious');
  onTestFinished(() => rmSync(pathOf('notes')));
  for (const attempt of attempts('notes')) expect(attempt).toThrow(CorruptSegmentError);
  expect(readFileSync(pathOf('notes'), 'utf8')).toBe('precious');
});

test.each([
  { what: 'text', content: 'not a registry '.repeat(100) },
  { what: 'zeros', content: Buffer.alloc(1_052_416) },
  { what: 'nothing', content: '' },
])('a registry that is $what, held by a process, is a CorruptSegmentError at the first use', async ({ content }) => {
  const directory = newDirectory();
  const path = join(directory, 'registry');
  writeFileSync(path, content, { mode: 0o600 });
  const fd = openSync(path, 'r+');
  native().lock(fd, LOCK_SHARED);
  const child = startChild(fixture('directory/use-directory.mjs'), { env: { MULTIPROCESS_DIR: directory } });
  expect(await child.line(/^error/)).toBe('error CorruptSegmentError ERR_MULTIPROCESS_CORRUPT_SEGMENT');
  closeSync(fd);
});

test('a file of the user’s that is called registry stays, and is a CorruptSegmentError at the first use', async () => {
  const directory = newDirectory();
  writeFileSync(join(directory, 'registry'), 'precious', { mode: 0o600 });
  const child = startChild(fixture('directory/use-directory.mjs'), { env: { MULTIPROCESS_DIR: directory } });
  expect(await child.line(/^error/)).toBe('error CorruptSegmentError ERR_MULTIPROCESS_CORRUPT_SEGMENT');
  expect(readFileSync(join(directory, 'registry'), 'utf8')).toBe('precious');
});

test('a registry that no living process has is made anew', async () => {
  const directory = newDirectory();
  const killed = startChild(fixture('make-objects.mjs'), { args: ['1'], env: { MULTIPROCESS_DIR: directory } });
  await killed.line('made');
  await killed.kill();
  const child = startChild(fixture('directory/use-directory.mjs'), { env: { MULTIPROCESS_DIR: directory } });
  expect(await child.line(/^mode/)).toBe('mode 700');
  await child.exit;
  expect(filesIn(directory)).toEqual([]);
});
