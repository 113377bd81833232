import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

test('without a native part a map is shared by the threads of a process', async () => {
  const child = startChild(new URL('fixtures/threads-only.mjs', import.meta.url), {
    env: { MULTIPROCESS_NATIVE: 'off' },
  });
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  expect(child.lines).toEqual(['4000 103', 'by the main thread by the main thread', '0', 'UnsupportedPlatformError']);
});
