import { native } from '@multiprocess/native';
import { describe, expect, test } from 'vitest';
import { newFile, start } from './helpers.js';

const hasNodeApi = (() => {
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number);
  return (
    major > 26 ||
    (major === 26 && minor >= 1) ||
    (major === 24 && minor >= 16) ||
    (major === 22 && (minor > 23 || (minor === 23 && patch >= 3)))
  );
})();

const ways = [
  { way: 'node-api', kind: 'SharedArrayBuffer', skip: !hasNodeApi },
  { way: 'v8', kind: 'SharedArrayBuffer', skip: false },
  { way: 'array-buffer', kind: 'ArrayBuffer', skip: false },
];

test('describe() tells the best way this Node has', () => {
  expect(native().describe().sharedBuffer).toBe(hasNodeApi ? 'node-api' : 'v8');
});

describe.each(ways)('by $way', ({ way, kind, skip }) => {
  const env = { MULTIPROCESS_NATIVE_BUFFER: way };

  test.skipIf(skip)('two processes share words, and one wakes the other', async () => {
    const path = newFile();
    const waiter = start('wait-for-word.mjs', [path], { env });
    const setter = start('set-word.mjs', [path], { env });
    expect(await setter.next()).toBe(42);
    expect(await waiter.next()).toEqual({ way, kind });
  });

  test.skipIf(skip)('buffers that were collected give their addresses back', async () => {
    const child = start('churn.mjs', [newFile(2 ** 24)], { env, execArgv: ['--expose-gc'] });
    const addresses = (await child.next()) as { withViews: number; afterwards: number; mapped: boolean };
    expect(addresses.withViews).toBeGreaterThan(31); // GiB: 2000 times 16 MiB
    expect(addresses.afterwards).toBeLessThan(2);
    expect(addresses.mapped).toBe(false);
  });

  test.skipIf(skip)('what is mapped anew stays while the last buffer over it is collected', async () => {
    const child = start('map-while-collected.mjs', [newFile()], { env, execArgv: ['--expose-gc'] });
    expect(await child.next()).toEqual({ same: true, seen: 3, let: 0 });
    expect(await child.ended).toBe(0);
  });

  test.skipIf(skip)('what is mapped anew takes with it what was forgotten, where it gets no buffer', async () => {
    const args = [newFile(), 'unmap'];
    const child = start('map-while-collected.mjs', args, { env, execArgv: ['--expose-gc'] });
    expect(await child.next()).toEqual({ let: 1, mapped: false });
    expect(await child.ended).toBe(0);
  });

  test.skipIf(skip)(
    'a view that outlives the mapping reads zeros, and what it writes reaches no other process',
    async () => {
      const child = start('stale-view.mjs', [newFile()], { env });
      expect(await child.next()).toEqual({ unmapped: 0, stale: 0, own: 7, shared: 5, callOnStale: -22 });
    },
  );

  test.skipIf(skip)('a worker and the main thread make buffers over one mapping', async () => {
    const child = start('worker-shares.mjs', [newFile()], { env });
    expect(await child.next()).toEqual({ sameSegment: true, seen: 9 });
    expect(await child.ended).toBe(0);
  });
});

test('a way that this Node does not have is an error of buffer()', async () => {
  if (hasNodeApi) {
    expect(native().describe().sharedBuffer).toBe('node-api');
    return;
  }
  const child = start('wait-for-word.mjs', [newFile()], { env: { MULTIPROCESS_NATIVE_BUFFER: 'node-api' } });
  await expect(child.next()).rejects.toThrow(/Cannot make a buffer over segment 1: ENOTSUP/);
});
