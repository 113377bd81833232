import { closeSync, openSync, readdirSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { inspectObjects, segmentDirectory } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { expect, onTestFinished, test } from 'vitest';
import { takeSnapshot } from '../../../packages/multiprocess/build/dashboard/collect/take-snapshot.js';
import { startChild } from '../../helpers/children.js';
import { times } from '../../helpers/effort.js';
import { snapshots, snapshotWith, startDashboard } from './start-dashboard.js';

const oneOfEach = new URL('../fixtures/make-one-of-each.mjs', import.meta.url);
const holder = new URL('../fixtures/take-both.mjs', import.meta.url);

const WORD_BYTES = 4;
/** The header of a segment, and the words and first cells of its objects. */
const NEAR_BYTES = 8192;
const VALUES = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 30, 0x7ff_f001, 12_345];

/** Numbers below `limit` that are the same each time. */
function numbers(): (limit: number) => number {
  let state = 1;
  return (limit) => (state = (state * 48_271) % 2_147_483_647) % limit;
}

/** Writes over some words of a file. Returns how to write back what was there. */
function tear(file: string, number: (limit: number) => number): () => void {
  const fd = openSync(file, 'r+');
  const places = Math.floor(Math.min(statSync(file).size, NEAR_BYTES) / WORD_BYTES);
  const restore = Array.from({ length: 1 + number(6) }, () => {
    const at = number(places) * WORD_BYTES;
    const before = Buffer.alloc(WORD_BYTES);
    readSync(fd, before, 0, WORD_BYTES, at);
    writeSync(fd, Buffer.from(Int32Array.of(VALUES[number(VALUES.length)]!).buffer), 0, WORD_BYTES, at);
    return () => writeSync(fd, before, 0, WORD_BYTES, at);
  });
  return () => {
    for (const one of restore.reverse()) one();
    closeSync(fd);
  };
}

test('memory that another program has torn stops no look', async () => {
  const child = startChild(oneOfEach);
  await child.line(/^made/);
  const looks = await snapshots(await startDashboard());
  const whole = await snapshotWith(looks, ({ objects }) => objects.length > 10);
  const directory = segmentDirectory();
  const files = readdirSync(directory).filter((name) => name.startsWith('s-'));
  onTestFinished(async () => {
    await child.kill();
    // What is not known for a segment any more is no program's to remove.
    for (const name of [...files, 's-%zz']) rmSync(path.join(directory, name), { force: true });
  });
  const number = numbers();
  for (let round = 0; round < times(200); round++) {
    const restore = tear(path.join(directory, files[number(files.length)]!), number);
    expect(JSON.stringify(takeSnapshot(inspectObjects(), new Map()))).toContain('"objects"');
    restore();
  }
  // Some stay torn, and one is cut off.
  for (const name of files) tear(path.join(directory, name), number);
  writeFileSync(path.join(directory, files[0]!), '');
  writeFileSync(path.join(directory, 's-%zz'), 'no segment');
  const { objects } = await snapshotWith(looks, (seen) => seen.at > whole.at + 2000);
  expect(objects.length).toBeLessThanOrEqual(whole.objects.length);
});

test('programs that die while they are drawn stop no look, and what they held is held no longer', async () => {
  using lock = new Lock({ name: 'accounts' });
  using other = new Lock({ name: 'report' });
  const looks = await snapshots(await startDashboard());
  for (let death = 0; death < 3; death++) {
    const child = startChild(holder, { args: [lock.handle, other.handle, 'sync'] });
    onTestFinished(() => void child.kill());
    await child.line('holds');
    const { pid } = child;
    const isThere = ({ processes }: { readonly processes: readonly { readonly pid: number }[] }): boolean =>
      processes.some((one) => one.pid === pid);
    await snapshotWith(looks, (seen) => isThere(seen) && seen.holds.some(({ thread }) => thread.pid === pid));
    await child.kill();
    const { holds } = await snapshotWith(looks, (seen) => !isThere(seen));
    expect(holds.filter(({ thread }) => thread.pid === pid)).toEqual([]);
  }
});
