import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

test('without a native part values have their locks between threads, and a message to elsewhere is an error that says so', async () => {
  const child = startChild(new URL('fixtures/threads-only.mjs', import.meta.url), {
    env: { MULTIPROCESS_NATIVE: 'off' },
  });
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  expect(child.lines).toEqual([
    '4000 4000 1',
    'RLock Lock RLock',
    'locked true',
    'TypeError: It was made with lock: false, so it has no lock',
    expect.stringMatching(/^SerializationError: \$\.items\[0\]: .+threads only: send the handle itself by postMessage/),
  ]);
});
