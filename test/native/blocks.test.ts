import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import { start } from './helpers.js';

const blocks = async (what: string): Promise<unknown> => {
  const child = start('blocks.mjs', [what], { execArgv: ['--expose-gc'] });
  const answer = await child.next();
  expect(await child.ended).toBe(0);
  return answer;
};

test('a block is an ArrayBuffer of the length that was asked for', () => {
  expect(native().block(70_001)).toBeInstanceOf(ArrayBuffer);
  expect(native().block(70_001)?.byteLength).toBe(70_001);
  expect(native().block(1)?.byteLength).toBe(1);
});

test('what is no length, or beyond the limit, gets none', () => {
  for (const length of [0, -1, 0.5, NaN, Infinity, 2 ** 31]) expect(native().block(length)).toBe(undefined);
});

test('memory whose buffer has been collected is used again', async () => {
  expect(await blocks('again')).toBe('found');
});

test('memory of a buffer that is in use is not used again', async () => {
  expect(await blocks('kept')).toBe(true);
});

test('all blocks of a process are limited, and there are more when some have been collected', async () => {
  const { after, first } = (await blocks('limit')) as { first: number; after: boolean };
  expect(first).toBeGreaterThanOrEqual(32);
  expect(first).toBeLessThanOrEqual(64);
  expect(after).toBe(true);
});

test.skipIf(process.platform !== 'linux')(
  'what is not used goes back to the system, and the thread that gives it ends',
  async () => {
    expect(await blocks('idle')).toEqual({ grew: true });
  },
);

test('a buffer that was transferred to a worker gives its memory back when the worker ends', async () => {
  expect(await blocks('thread')).toBe('all there');
});
