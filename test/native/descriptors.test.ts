import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { native } from '@multiprocess/native';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { after, newDirectory, newFile, until } from './helpers.js';

const EBADF = -9;
const { O_RDONLY } = constants;

/** Which file a descriptor is of, if it is open. Another thread of this process may have the number of one that was closed. */
const fileOf = (fd: number): number | undefined => {
  try {
    return fstatSync(fd).ino;
  } catch {
    return undefined;
  }
};

test('open() answers with a descriptor that close() closes, once', () => {
  const path = newFile();
  const fd = native().open(path, O_RDONLY, 0);
  expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe(path);
  const file = fileOf(fd);
  expect(native().close(fd)).toBe(0);
  expect(fileOf(fd)).not.toBe(file);
  expect(native().close(fd)).toBe(EBADF);
});

test('open() answers with the error of the system', () => {
  expect(native().open('/nowhere/at all', O_RDONLY, 0)).toBe(-2);
  expect(native().open('with a \0', O_RDONLY, 0)).toBe(-22);
});

test('close() leaves alone what was not opened by open()', () => {
  const fd = openSync(newFile(), 'r');
  after(() => closeSync(fd));
  expect(native().close(fd)).toBe(EBADF);
  expect(fileOf(fd)).toBeDefined();
});

test('makePipe() makes two ends that close() closes', () => {
  const [readEnd = -1, writeEnd = -1] = native().makePipe();
  const pipe = fileOf(readEnd);
  writeSync(writeEnd, 'word');
  const bytes = Buffer.alloc(8);
  expect(readSync(readEnd, bytes)).toBe(4);
  expect([native().close(readEnd), native().close(writeEnd)]).toEqual([0, 0]);
  expect([fileOf(readEnd), fileOf(writeEnd)]).not.toContain(pipe);
});

describe('handOver()', () => {
  test('leaves the descriptor to the stream, which closes it', async () => {
    const [readEnd = -1, writeEnd = -1] = native().makePipe();
    const pipe = fileOf(readEnd);
    let stream: Socket | undefined;
    native().handOver(readEnd, () => {
      stream = new Socket({ fd: readEnd, readable: true, writable: false });
    });
    expect(native().close(readEnd)).toBe(EBADF);
    expect(fileOf(readEnd)).toBe(pipe);
    stream?.destroy();
    await until(() => fileOf(readEnd) !== pipe);
    native().close(writeEnd);
  });

  test('closes it where no stream has it afterwards', () => {
    const [readEnd = -1, writeEnd = -1] = native().makePipe();
    const pipe = fileOf(readEnd);
    native().handOver(readEnd, () => undefined);
    expect(fileOf(readEnd)).not.toBe(pipe);
    expect(() =>
      native().handOver(writeEnd, () => {
        throw new Error('no stream');
      }),
    ).toThrow('no stream');
    expect(fileOf(writeEnd)).not.toBe(pipe);
  });

  test('closes nothing where the stream has failed and closed it already', () => {
    let [number, other] = [-1, -1];
    while (other === -1 || other !== number) {
      // Another thread of this process may be faster to get the number: then once more.
      const [readEnd = -1, writeEnd = -1] = native().makePipe();
      number = readEnd;
      native().handOver(readEnd, () => {
        new Socket({ fd: readEnd, readable: true, writable: false }).destroy();
        other = openSync('/dev/null', 'r'); // the number is free, and has a new owner
      });
      const opened = other;
      after(() => closeSync(opened));
      native().close(writeEnd);
    }
    expect(fileOf(other)).toBeDefined();
  });

  test('refuses what the calling thread does not have', () => {
    const fd = openSync(newFile(), 'r');
    after(() => closeSync(fd));
    expect(native().handOver(fd, () => expect.unreachable())).toBe(EBADF);
  });
});

describe('a worker thread', () => {
  describe.each([
    { books: 'Node keeps books of', trackUnmanagedFds: true },
    { books: 'Node keeps no books of', trackUnmanagedFds: false },
  ])('which $books', ({ trackUnmanagedFds }) => {
    test.each([
      { what: 'has opened a file', end: 'return' },
      { what: 'has opened a file', end: 'exit' },
      { what: 'has opened a file', end: 'terminate' },
      { what: 'holds a lock', end: 'terminate' },
      { what: 'has a pipe', end: 'terminate' },
      { what: 'is about to make a stream', end: 'terminate' },
      { what: 'has just made a stream', end: 'terminate' },
      { what: 'has a stream', end: 'return' },
      { what: 'has a stream', end: 'terminate' },
    ])('and that $what leaves nothing open when it ends by $end', async ({ what, end }) => {
      const child = startChild(new URL('fixtures/own-descriptors.mjs', import.meta.url), {
        args: [newDirectory(), what, end, String(trackUnmanagedFds)],
      });
      expect(await child.line(/^left/)).toBe('left 0, the lock is free');
      expect(await child.exit).toEqual({ code: 0, signal: null });
      expect(child.stderr).toBe('');
    });
  });

  test('cannot close what another thread has', async () => {
    const child = startChild(new URL('fixtures/own-descriptors.mjs', import.meta.url), {
      args: [newDirectory(), 'closes the descriptor of its parent', 'return', 'true'],
    });
    expect(await child.line(/^answer/)).toBe('answer -9');
    expect(await child.line(/^left/)).toBe('left 1, the lock is free');
  });
});
