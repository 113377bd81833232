import { mkdtempSync, rmSync } from 'node:fs';
import { native } from '@multiprocess/native';
import { describe, expect, test } from 'vitest';
import { mountNamespace } from '../helpers/mount-namespace.js';
import { after, EINVAL, ENOSPC, mapHere, newFile, PAGE, start } from './helpers.js';

const MEBIBYTE = 2 ** 20;

describe.skipIf(mountNamespace === undefined)(
  'on a tmpfs of 1 MiB (skipped where unshare(1) may not mount one)',
  () => {
    test('reserve() answers ENOSPC when it is full, keeps nothing, and nothing faults', async () => {
      const [command = '', ...flags] = mountNamespace ?? [];
      const directory = mkdtempSync('/tmp/multiprocess-test-');
      after(() => rmSync(directory, { recursive: true, force: true }));
      const child = start('fill.mjs', [directory], { execPath: command, execArgv: [...flags, process.execPath] });
      expect(await child.next()).toEqual({
        free: MEBIBYTE,
        first: 0,
        freeAfterFirst: MEBIBYTE / 2,
        tooMuch: ENOSPC,
        freeAfterTooMuch: MEBIBYTE / 2,
        keptWhatWasThere: 7,
        fits: 0,
        full: 0,
        evenOnePage: ENOSPC,
        givenBack: 0,
        freeAfterGivingBack: MEBIBYTE / 2,
        fitsAgain: 0,
        readsZero: 0,
      });
      expect(await child.ended).toBe(0);
    });
  },
);

test('giveBack() clears whole pages inside the range only', () => {
  const { segment, words } = mapHere(newFile());
  const perPage = PAGE / 4;
  words.fill(1);
  expect(native().giveBack(segment, PAGE - 4, PAGE + 8)).toBe(0); // covers the second page and a word on either side
  expect([words[perPage - 1], words[perPage], words[2 * perPage - 1], words[2 * perPage]]).toEqual([1, 0, 0, 1]);
  expect(native().giveBack(segment, 4, PAGE)).toBe(0); // no whole page
  expect([words[0], words[1]]).toEqual([1, 1]);
});

test('reserve() changes nothing that is there', () => {
  const { segment, words } = mapHere(newFile());
  words[1] = 5;
  expect(native().reserve(segment, 0, 16 * PAGE)).toBe(0);
  expect(native().reserve(segment, 100, 3)).toBe(0);
  expect(native().reserve(segment, 100, 0)).toBe(0);
  expect(words[1]).toBe(5);
});

test('ranges outside of the segment are EINVAL', () => {
  const { segment } = mapHere(newFile());
  for (const [offset, byteLength] of [
    [0, 16 * PAGE + 1],
    [16 * PAGE, 1],
    [-1, 1],
    [0, -1],
    [0, NaN],
    [NaN, 1],
    [0.5, 1],
    [PAGE, Infinity],
    [2 ** 53, 2 ** 53],
  ] as const) {
    expect([offset, byteLength, native().reserve(segment, offset, byteLength)]).toEqual([offset, byteLength, EINVAL]);
    expect([offset, byteLength, native().giveBack(segment, offset, byteLength)]).toEqual([offset, byteLength, EINVAL]);
  }
});
