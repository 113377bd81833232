import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { RUNTIMES } from '../tools/fetch-runtime.mjs';
import { fetchRuntime } from '../tools/fetch-runtime.mjs';
import { root } from '../tools/run.mjs';

export type Runtime = keyof typeof RUNTIMES;

/** What makes vitest run on the runtime, and in it what tests start. */
const ARGUMENTS: Readonly<Record<Runtime, readonly string[]>> = { bun: ['--bun'], deno: ['run', '-A'] };

export interface Outcome {
  /** `file > name` of every test, also of those that were skipped, whose number depends on the machine. */
  readonly tests: readonly string[];
  /** Of those that failed, and of files that could not be run to their end. */
  readonly failed: readonly string[];
}

/** As vitest writes it. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Runs the tests of a folder on a runtime. What the suite prints is kept beside its report. */
export async function runSuite(runtime: Runtime, folder: string, exclude: readonly string[]): Promise<Outcome> {
  const binary = await fetchRuntime(runtime);
  const results = path.join(root, 'test/.cache/runtimes/results');
  mkdirSync(results, { recursive: true });
  const report = path.join(results, `${runtime}-${path.basename(folder)}.json`);
  rmSync(report, { force: true });
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const options = [
    '--reporter=json',
    `--outputFile=${report}`,
    '--testTimeout=60000',
    '--dangerouslyIgnoreUnhandledErrors',
  ];
  const excluded = exclude.map((pattern) => `--exclude=${pattern}`);
  await ended([binary, ...ARGUMENTS[runtime], vitest, 'run', `${folder}/`, ...options, ...excluded]);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const failed: string[] = [];
  const tests: string[] = [];
  for (const { name, status, assertionResults } of testResults) {
    const file = path.relative(path.join(root, 'test'), name);
    for (const test of assertionResults) {
      tests.push(`${file} > ${test.fullName}`);
      if (test.status === 'failed') failed.push(`${file} > ${test.fullName}`);
    }
    if (status === 'failed' && !failed.some((one) => one.startsWith(file))) failed.push(`${file} > as a whole`);
  }
  return { tests, failed };
}

function ended([program = '', ...args]: readonly string[]): Promise<void> {
  const { MULTIPROCESS_DIR: _own, ...inherited } = process.env;
  // Of this runner's: the suites have a run of their own.
  const env = Object.fromEntries(
    Object.entries(inherited).filter(([name]) => !/^VITEST|^MULTIPROCESS_TEST_RUN/.test(name)),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { MULTIPROCESS_TEST_EFFORT: '0.1', DENO_NO_UPDATE_CHECK: '1', ...env },
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    child.once('error', reject);
    child.once('exit', () => {
      resolve();
    });
  });
}
