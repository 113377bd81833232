import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

test('without a native part, what needs one throws an UnsupportedPlatformError', async () => {
  const fixture = fileURLToPath(new URL('fixtures/calls-without-native.mjs', import.meta.url));
  const child = startChild(fixture, { env: { MULTIPROCESS_NATIVE: 'off' } });
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  const said = Object.entries(JSON.parse(child.lines[0] ?? '{}') as Record<string, string>);
  expect(said.length).toBeGreaterThan(10);
  for (const [call, code] of said) expect(code, call).toBe('ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM');
});
