import { copyFileSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { listSegments, removeOrphans, SharedMemory } from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { native } from '@multiprocess/native';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { fixture } from './helpers.js';

test('lists each object with its name, kind, bytes and processes', async () => {
  using memory = new SharedMemory({ size: 5000, name: 'listed ü' });
  using queue = new Queue();
  const listed = listSegments();
  expect(listed.map(({ kind }) => kind).sort()).toEqual(['queue.Queue', 'shared-memory.SharedMemory']);
  const found = listed.find(({ name }) => name === memory.name);
  expect(found).toMatchObject({ kind: 'shared-memory.SharedMemory', pids: [process.pid], orphan: false });
  expect(found!.bytes).toBeGreaterThanOrEqual(5000);
  expect(found!.bytesInUse).toBeGreaterThanOrEqual(5000);
  const large = listed.find(({ kind }) => kind === 'queue.Queue');
  expect(large!.bytes).toBeGreaterThanOrEqual(2 ** 30);
  expect(large!.bytesInUse).toBeLessThan(2 ** 16);
  expect(queue.size).toBe(0);
});

test('nothing is listed where there is nothing', () => {
  expect(listSegments()).toEqual([]);
});

test('a file whose name no segment can have is listed and removed by what stands there', () => {
  using memory = new SharedMemory({ size: 64, name: 'copied' });
  const directory = process.env['MULTIPROCESS_DIR'] ?? '';
  copyFileSync(join(directory, 's-copied'), join(directory, 's-%zz'));
  expect(listSegments().map(({ name, orphan }) => [name, orphan])).toContainEqual(['%zz', true]);
  expect(removeOrphans()).toEqual(['%zz']);
  expect(listSegments().map(({ name }) => name)).toEqual([memory.name]);
});

test('what a killed process has left is an orphan, until removeOrphans() has named and removed it', async () => {
  const child = startChild(fixture('make-objects.mjs'), { args: ['2'] });
  await child.line('made');
  using memory = new SharedMemory({ size: 64 });
  expect(listSegments().filter(({ pids }) => pids.includes(child.pid))).toHaveLength(2);
  await child.kill();
  const orphans = listSegments().filter(({ orphan }) => orphan);
  expect(orphans).toHaveLength(2);
  expect(removeOrphans().sort()).toEqual(orphans.map(({ name }) => name).sort());
  expect(listSegments().map(({ name }) => name)).toEqual([memory.name]);
});

describe('listSegments() skips files that are not segments, without a wait:', () => {
  const path = (name: string) => join(process.env['MULTIPROCESS_DIR'] ?? '', `s-${name}`);

  test.each([
    ['a FIFO', (at: string) => void native().makeFifo(at)],
    [
      'a directory',
      (at: string) => {
        mkdirSync(at);
      },
    ],
    [
      'a symbolic link to itself',
      (at: string) => {
        symlinkSync(at, at);
      },
    ],
    [
      'a symbolic link to a segment',
      (at: string) => {
        symlinkSync(path('listed'), at);
      },
    ],
    [
      'a symbolic link to a device',
      (at: string) => {
        symlinkSync('/dev/zero', at);
      },
    ],
    [
      'an empty file',
      (at: string) => {
        writeFileSync(at, '');
      },
    ],
    [
      'a text',
      (at: string) => {
        writeFileSync(at, 'a text '.repeat(100));
      },
    ],
    [
      'a file that this user may not read',
      (at: string) => {
        writeFileSync(at, 'secret', { mode: 0 });
      },
    ],
    [
      'a socket',
      (at: string) => {
        const server = createServer().listen(at);
        onTestFinished(() => void server.close());
      },
    ],
  ])('%s', async (_, make) => {
    using memory = new SharedMemory({ size: 64, name: 'listed' });
    make(path('odd'));
    onTestFinished(() => {
      rmSync(path('odd'), { recursive: true, force: true });
    });
    await until(() => lstatSync(path('odd'), { throwIfNoEntry: false }));
    expect(listSegments().map(({ name }) => name)).toEqual([memory.name]);
    expect(removeOrphans()).toEqual([]);
    expect(lstatSync(path('odd'))).toBeDefined();
  });
});
