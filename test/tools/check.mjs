// @ts-check
// All that continuous integration does; every step runs, whatever became of the others.
//   node test/tools/check.mjs                  all steps
//   node test/tools/check.mjs layers eslint    these steps
//   node test/tools/check.mjs --without test   all but these
// With --skip-missing before these, a step that says what it lacks on this machine is no failure.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { MISSING } from './platforms/missing.mjs';
import { root, run } from './run.mjs';

/** @typedef {readonly (readonly [program: string, ...args: string[]])[]} Commands */

/** @param {string} file */
const bin = (file) => path.join(root, 'node_modules', file);
const native = path.join(root, 'packages/native');
const manifest = path.join(native, 'Cargo.toml');

/**
 * What tests nothing by running it: as many at once as there are processors, so the longest come first.
 *
 * @type {Record<string, Commands>}
 */
const readers = {
  macos: [[process.execPath, 'test/tools/test-platform.mjs', 'macos']],
  nodes: [[process.execPath, 'test/tools/test-matrix.mjs', '--fetch']],
  eslint: [[process.execPath, bin('eslint/bin/eslint.js'), '--max-warnings=0', '.']],
  docs: [
    [process.execPath, 'test/tools/docs/check-throws.mjs'],
    [process.execPath, 'test/tools/docs/check-examples.mjs'],
    [process.execPath, 'test/tools/docs/check-programs.mjs'],
    [process.execPath, bin('typedoc/bin/typedoc')],
    [process.execPath, 'test/tools/docs/check-links.mjs'],
    [process.execPath, 'test/tools/docs/check-search.mjs'],
    [process.execPath, 'test/tools/docs/check-site.mjs'],
  ],
  prettier: [[process.execPath, bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
  rust: existsSync(manifest)
    ? [
        ['cargo', 'fmt', '--check', '--manifest-path', manifest],
        ['rustfmt', '--check', '--edition=2024', '--config-path', native, 'test/tools/platforms/refuse-waitv.rs'],
        ['cargo', 'clippy', '--quiet', '--locked', '--release', '--manifest-path', manifest, '--', '--deny=warnings'],
      ]
    : [],
  types: [[process.execPath, bin('typescript/bin/tsc'), '--project', 'test']],
  packages: [[process.execPath, 'test/tools/check-packages.mjs']],
  layers: [[process.execPath, bin('dependency-cruiser/bin/dependency-cruise.mjs'), '-T', 'err-long', 'packages/*/src']],
  unused: [[process.execPath, bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints']],
  snippets: [
    [process.execPath, 'test/tools/snippets/sync-snippets.mjs', '--check'],
    [process.execPath, 'test/bench/copy-figures.mjs', '--check'],
  ],
};

/**
 * What has all processors to itself, one after the other.
 *
 * @type {Record<string, Commands>}
 */
const suites = {
  test: [[process.execPath, bin('vitest/vitest.mjs'), 'run']],
  matrix: [[process.execPath, 'test/tools/test-matrix.mjs', '--share']],
  posix: [[process.execPath, 'test/tools/test-platform.mjs', 'posix']],
};

/**
 * Runs a program in the root, and says what it wrote when it has ended, so that the outputs of several do not mix.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
async function runQuietly(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return status;
}

/** @type {string[]} */
const failed = [];
/** @type {string[]} */
const notRun = [];

/**
 * @param {string} step
 * @param {Commands} commands
 * @param {typeof run} start
 */
async function runStep(step, commands, start) {
  const begin = performance.now();
  for (const [program, ...args] of commands) {
    const status = await start(program, args).catch((error) => error.message);
    if (status === 0) continue;
    if (status === MISSING && skipMissing) {
      console.log(`${step}: NOT RUN, for the reason above`);
      notRun.push(step);
      return;
    }
    failed.push(step);
    console.error(`${step}: ${program} failed with ${status}`);
    break;
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${step}: ${failed.includes(step) ? 'FAILED' : 'ok'}, ${seconds} s`);
}

const given = process.argv.slice(2);
const skipMissing = given[0] === '--skip-missing';
if (skipMissing) given.shift();
const [first, ...rest] = given;
const all = Object.keys({ ...readers, ...suites });
const named = first === '--without' ? all.filter((step) => !rest.includes(step)) : given;
const chosen = named.length > 0 ? named : all;
const unknown = [...chosen, ...rest].find((step) => !all.includes(step));
if (unknown !== undefined) throw new RangeError(`No step "${unknown}"; there are ${all.join(', ')}`);

/** @param {Record<string, Commands>} steps */
const chosenOf = (steps) => Object.entries(steps).filter(([step]) => chosen.includes(step));
const waiting = chosenOf(readers).values();
const lane = async () => {
  for (const [step, commands] of waiting) await runStep(step, commands, runQuietly);
};
await Promise.all(Array.from({ length: availableParallelism() }, lane));
for (const [step, commands] of chosenOf(suites)) await runStep(step, commands, run);

if (notRun.length > 0) console.log(`\nNot run, since what it needs cannot be fetched here: ${notRun.join(', ')}`);
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`);
  process.exit(1);
}
