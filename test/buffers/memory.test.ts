import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { patience, times } from '../helpers/effort.js';

const program = new URL('fixtures/many-loans.mjs', import.meta.url);
const LOANS = times(2_000_000);

test(`memory is flat over ${LOANS} loans that are handed over`, patience(600_000), async () => {
  const child = startChild(program, { args: [String(LOANS)], execArgv: ['--expose-gc'] });
  const [, before, after] = /^before (\d+), after (\d+)$/.exec(await child.line(/^before/)) ?? [];
  expect(Number(after) - Number(before)).toBeLessThan(1_000_000); // bytes: two for each loan would be more
  expect(await child.line(/^free/)).toBe('free 8 of 8');
  expect((await child.exit).code, child.stderr).toBe(0);
});
