import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { native } from '@multiprocess/native';
import { describe, expect, test } from 'vitest';
import { mapHere, newDirectory, newFile, start, until } from './helpers.js';

// Databases keep robust mutexes in the same list of the C library: the kernel must find theirs and ours, whatever is locked when.

interface Robust {
  make(path: string, index: number): number;
  lock(path: string, index: number): number;
}

const EOWNERDEAD = 130;
const OWNER_DIED = 0x4000_0000;
const CELL = 4096 - 8;
const MUTEXES = [0, 1, 2, 3];

// Each of the five is given back before or after each of its neighbours in the list; the rest stays until the end.
const orders = [
  '',
  'L',
  '2',
  '1',
  '0',
  '3',
  '2L',
  'L2',
  '1L',
  'L1',
  '12',
  '21L',
  '12L',
  'L12',
  '3210L',
  'L0123',
  '0123L',
];

describe.skipIf(!native().describe().marksLives).each(['SIGKILL', 'worker'])(
  'robust mutexes of an addon beside a life word, at the end by %s',
  (end) => {
    test.each(orders)('are marked, and so is the life word, after those in "%s" were given back', async (order) => {
      const directory = newDirectory();
      const addon = join(directory, 'robust.node');
      const source = fileURLToPath(new URL('fixtures/life/robust.c', import.meta.url));
      expect(spawnSync('cc', ['-shared', '-fPIC', '-o', addon, source, '-lpthread'], { encoding: 'utf8' }).stderr).toBe(
        '',
      );
      const robust = createRequire(import.meta.url)(addon) as Robust;
      const mutexes = join(directory, 'mutexes');
      const fd = openSync(mutexes, 'wx', 0o600);
      ftruncateSync(fd, 4096);
      closeSync(fd);
      for (const index of MUTEXES) expect(robust.make(mutexes, index)).toBe(0);
      const path = newFile();
      const { words } = mapHere(path);

      const child = start('life/robust-neighbours.mjs', [addon, mutexes, path, order, end]);
      const { locked, index, released } = (await child.next()) as {
        locked: number[];
        index: number;
        released: number[];
      };
      expect({ locked, released }).toEqual({ locked: [0, 0, 0, 0], released: [...order].map(() => 0) });
      const life = () => Atomics.load(words, (CELL + index) / 4);
      if (!order.includes('L')) expect(life() & OWNER_DIED).toBe(0);
      if (end === 'SIGKILL') {
        child.process.kill('SIGKILL');
        await child.ended;
      } else {
        child.process.send('terminate');
        expect(await child.next()).toBe('terminated');
      }
      if (order.includes('L')) expect(life()).toBe(0);
      else await until(() => (life() & OWNER_DIED) !== 0);
      for (const each of MUTEXES) {
        expect([each, robust.lock(mutexes, each)]).toEqual([each, order.includes(String(each)) ? 0 : EOWNERDEAD]);
      }
    });
  },
);
