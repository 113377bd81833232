import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

test('without a native part everything works between threads, and crossing a process is an error that says so', async () => {
  const child = startChild(new URL('fixtures/threads-only.mjs', import.meta.url), {
    env: { MULTIPROCESS_NATIVE: 'off' },
  });
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  expect(child.lines).toEqual([
    'locked true',
    'bounded true, lock true, died true',
    'UnsupportedPlatformError',
    'UnsupportedPlatformError',
    'UnsupportedPlatformError',
  ]);
});
