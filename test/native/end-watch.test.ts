import { closeSync, constants, openSync, readSync } from 'node:fs';
import { native } from '@multiprocess/native';
import { describe, expect, test } from 'vitest';
import { ownHelpers } from '../helpers/own-helpers.mjs';
import { after, EINVAL, mapHere, newDirectory, newFile, SHARED, start, until } from './helpers.js';

const CELL = 4096 - 8;
const EBADF = -9;

/** A file mapped here until the process ends, as one with life words is. */
function mapForGood(path: string): { segment: number; words: Int32Array } {
  const { words } = mapHere(path);
  const fd = openSync(path, 'r+');
  native().lock(fd, SHARED);
  const segment = native().map(fd, words.byteLength, '', true);
  closeSync(fd);
  return { segment, words };
}

/** A FIFO, and how many bytes have come since it was asked last. */
function newBell(): { fd: number; bytes: () => number } {
  const path = `${newDirectory()}/bell`;
  expect(native().makeFifo(path)).toBe(0);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  after(() => closeSync(fd));
  const bytes = () => {
    try {
      return readSync(fd, new Uint8Array(1000));
    } catch {
      return 0; // nothing is there
    }
  };
  return { fd, bytes };
}

const nothing = new Float64Array(0);

describe('watchEnds()', () => {
  test.each(['SIGKILL', 'process.abort()', 'process.exit()', 'worker.terminate()', 'releaseLife()'])(
    'rings once for the end by %s, and for no other',
    async (end) => {
      const path = newFile();
      const { segment, words } = mapForGood(path);
      const bell = newBell();
      const child = start('life/live.mjs', [path, end]);
      const life = CELL + ((await child.next()) as number);
      const expected = Atomics.load(words, life / 4);
      expect(native().watchEnds(bell.fd, Float64Array.of(segment, life, expected, segment, 0, 0))).toBe(0);
      expect(bell.bytes()).toBe(0);
      if (end === 'SIGKILL') child.process.kill('SIGKILL');
      else child.process.send('end');
      let rung = 0;
      await until(() => (rung = bell.bytes()) > 0);
      expect(rung).toBe(1);
      expect(native().checkLife(segment, life)).toBe(0);
      expect(native().watchEnds(bell.fd, nothing)).toBe(0);
    },
  );

  test('rings for each of many, more than the kernel waits for at once', async () => {
    const { segment, words } = mapForGood(newFile());
    const bell = newBell();
    const all = Array.from({ length: 300 }, (_, i) => [segment, i * 4, 0]);
    expect(native().watchEnds(bell.fd, Float64Array.from(all.flat()))).toBe(0);
    for (const i of [0, 126, 127, 128, 299]) {
      Atomics.store(words, i, 1);
      native().unpark(segment, i * 4, Infinity);
      await until(() => bell.bytes() > 0);
    }
    native().watchEnds(bell.fd, nothing);
  });

  test('replaces what was asked before', async () => {
    const { segment, words } = mapForGood(newFile());
    const [first, second] = [newBell(), newBell()];
    native().watchEnds(first.fd, Float64Array.of(segment, 0, 0));
    native().watchEnds(second.fd, Float64Array.of(segment, 4, 0));
    for (const i of [0, 1]) {
      Atomics.store(words, i, 1);
      native().unpark(segment, i * 4, Infinity);
    }
    await until(() => second.bytes() > 0);
    expect(first.bytes()).toBe(0);
    native().watchEnds(second.fd, nothing);
  });

  test('is taken back by any bell', async () => {
    const { segment, words } = mapForGood(newFile());
    const [first, second] = [newBell(), newBell()];
    native().watchEnds(first.fd, Float64Array.of(segment, 0, 0));
    native().watchEnds(second.fd, nothing);
    await until(() => ownHelpers() === 0); // it has found nothing to watch
    Atomics.store(words, 0, 1);
    native().unpark(segment, 0, Infinity);
    expect(first.bytes()).toBe(0);
  });

  test('what has ended before rings at once', async () => {
    const { segment } = mapForGood(newFile());
    const bell = newBell();
    native().watchEnds(bell.fd, Float64Array.of(segment, 0, 1));
    await until(() => bell.bytes() > 0);
    native().watchEnds(bell.fd, nothing);
  });

  test('has one thread while something is watched, and none later', async () => {
    const { segment } = mapForGood(newFile());
    const bell = newBell();
    native().watchEnds(bell.fd, nothing);
    await until(() => ownHelpers() === 0);
    for (let i = 0; i < 10; i++) native().watchEnds(bell.fd, Float64Array.of(segment, i * 4, 0));
    await until(() => ownHelpers() > 0); // it takes a moment until it has its name
    expect(ownHelpers()).toBe(1);
    native().watchEnds(bell.fd, nothing);
    await until(() => ownHelpers() === 0);
  });

  test('does nothing more for an environment that has ended', async () => {
    const path = newFile();
    const child = start('life/watch-in-workers.mjs', [path]);
    const { before, after: later } = (await child.next()) as { before: number; after: number };
    expect(later).toBeLessThan(before + 10); // of ten ended environments each would have left one
    expect(await child.ended).toBe(0);
  });

  test('a wrong descriptor or word is an error, and nothing is watched', () => {
    const { segment } = mapForGood(newFile());
    const passing = mapHere(newFile()).segment;
    const bell = newBell();
    const wrong: [number, Float64Array][] = [
      [bell.fd, Float64Array.of(0, 0, 0)],
      [bell.fd, Float64Array.of(passing, 0, 0)],
      [bell.fd, Float64Array.of(segment, 2, 0)],
      [bell.fd, Float64Array.of(segment, 65536, 0)],
      [bell.fd, Float64Array.of(segment, NaN, 0)],
    ];
    for (const [fd, lives] of wrong) expect(native().watchEnds(fd, lives)).toBe(EINVAL);
    expect(native().watchEnds(-1, Float64Array.of(segment, 0, 0))).toBe(EBADF);
  });
});
