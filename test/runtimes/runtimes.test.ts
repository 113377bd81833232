import { afterAll, describe, expect, test } from 'vitest';
import { writeTable } from '../toolchains/page.js';
import { RUNTIMES } from '../tools/fetch-runtime.mjs';
import { DIFFERENCES, NOT_RUN } from './differences.js';
import type { Difference } from './differences.js';
import { runSuite } from './run-suite.js';
import type { Runtime } from './run-suite.js';

const SUITES = ['conformance', 'sync', 'queue', 'pipe', 'values', 'process', 'pool'];
const runtimes = Object.keys(RUNTIMES) as Runtime[];

const cells = new Map<string, string>();

afterAll(async () => {
  if (cells.size < SUITES.length * runtimes.length) return;
  const head = [
    'Tests that pass, of all',
    ...runtimes.map((runtime) => `${RUNTIMES[runtime].name} ${RUNTIMES[runtime].version}`),
  ];
  const rows = SUITES.map((suite) => [
    `\`test/${suite}\``,
    ...runtimes.map((runtime) => cells.get(`${runtime} ${suite}`) ?? ''),
  ]);
  await writeTable('suites on runtimes', head, rows, 'runtimes.md');
  const differences = DIFFERENCES.map(({ runtimes: on, what }) => [
    on.map((one) => RUNTIMES[one].name).join(', '),
    what,
  ]);
  await writeTable('differences of runtimes', ['Runtime', 'What does not work, and why'], differences, 'runtimes.md');
});

describe.each(runtimes)('%s', (runtime) => {
  const known = DIFFERENCES.filter((one) => one.runtimes.includes(runtime));
  const seen = new Set<Difference>();

  test.each(SUITES)('passes the suite %s, but for what the guide names', async (suite) => {
    const { tests, failed } = await runSuite(runtime, `test/${suite}`, NOT_RUN);
    const isKnown = (name: string) => known.some((one) => one.tests.test(name));
    for (const difference of known) if (failed.some((name) => difference.tests.test(name))) seen.add(difference);
    // Not those that have passed this time: a difference that shows only sometimes would change the page.
    const expected = tests.filter((name) => !isKnown(name));
    cells.set(`${runtime} ${suite}`, `${expected.length} of ${tests.length}`);
    expect(expected).not.toEqual([]);
    expect(failed.filter((name) => !isKnown(name))).toEqual([]);
  });

  test('shows every difference that the guide names', () => {
    const always = known.filter(({ isSometimes = false }) => !isSometimes);
    expect(always.filter((one) => !seen.has(one)).map(({ what }) => what)).toEqual([]);
  });
});
