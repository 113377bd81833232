import { afterAll, describe, expect, test } from 'vitest';
import { writeTable } from '../toolchains/page.js';
import { RUNTIMES } from '../tools/fetch-runtime.mjs';
import { ABOUT_NODE, DIFFERENCES } from './differences.js';
import { runSuite } from './run-suite.js';
import type { Runtime } from './run-suite.js';

const SUITES = ['conformance', 'sync', 'queue', 'pipe', 'values', 'process', 'pool'];
const runtimes = Object.keys(RUNTIMES) as Runtime[];

const cells = new Map<string, string>();

afterAll(async () => {
  if (cells.size < SUITES.length * runtimes.length) return;
  const head = [
    'Tests that pass',
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
  test.each(SUITES)('passes the suite %s, but for what the guide names', async (suite) => {
    const { passed, failed } = await runSuite(runtime, `test/${suite}`, ABOUT_NODE);
    const known = DIFFERENCES.filter((one) => one.runtimes.includes(runtime));
    cells.set(`${runtime} ${suite}`, `${passed} of ${passed + failed.length}`);
    expect(passed).toBeGreaterThan(0);
    expect(failed.filter((name) => !known.some(({ tests }) => tests.test(name)))).toEqual([]);
  });
});
