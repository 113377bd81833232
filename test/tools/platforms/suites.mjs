// @ts-check
// Runs suites in a place that is not this machine as it is, and counts what came of them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { output, root, run } from '../run.mjs';

/**
 * @typedef {object} Place
 * @property {string} name what its results are called
 * @property {readonly [program: string, ...args: string[]]} node what starts Node there, in the folder of the repository
 * @property {string} [repository] that folder, as it is called here
 * @property {Record<string, unknown>} expected what the probe says there, or part of it
 */

/**
 * @typedef {object} Suites
 * @property {readonly string[]} chosen folders and files, or parts of their names
 * @property {readonly Excluded[]} excluded what is among them and not run in this place
 * @property {number} [patience] milliseconds in which a test cannot hang, in a slow place
 */

/**
 * By the pattern of its files, or by its name.
 *
 * @typedef {{ readonly files: string, readonly reason: string } | { readonly test: RegExp, readonly reason: string }} Excluded
 */

/** @type {Excluded} */
export const SAME_EVERYWHERE = {
  files: 'test/crash/*-steps.test.ts',
  reason: 'no platform makes a difference to the order of steps in which algorithms were compiled',
};

/**
 * @param {Place} place
 * @param {Suites} suites
 * @returns {Promise<boolean>} whether all is as expected, and all tests passed
 */
export async function runSuites({ name, node, repository = root, expected }, suites) {
  const [program, ...before] = node;
  const probe = await output(program, [...before, 'test/tools/platforms/probe.mjs'], root);
  if (!isExpected(name, JSON.parse(probe), expected)) return false;
  const results = path.join(repository, resultsOf(name));
  rmSync(results, { force: true });
  const status = await run(program, [...before, ...vitestArguments(name, suites)]);
  report(name, readFileSync(results, 'utf8'));
  return status === 0;
}

/** @param {string} name */
function resultsOf(name) {
  return `test/.cache/results/platform-${name}.json`;
}

/**
 * Without this, the tests of a platform might pass on another one.
 *
 * @param {string} name
 * @param {Record<string, unknown>} actual
 * @param {Record<string, unknown>} expected
 */
export function isExpected(name, actual, expected) {
  console.log(`\n${name}: ${JSON.stringify(actual)}`);
  const wrong = Object.entries(expected).filter(([key, value]) => actual[key] !== value);
  for (const [key, value] of wrong) console.error(`${name}: ${key} is ${String(actual[key])}, not ${String(value)}`);
  return wrong.length === 0;
}

/**
 * @param {string} name
 * @param {Suites} suites
 */
export function vitestArguments(name, { chosen, excluded, patience }) {
  const patterns = excluded.flatMap((one) => ('files' in one ? [one.files] : []));
  const names = namePatternOf(excluded);
  for (const one of excluded)
    console.log(`${name}: not run, ${one.reason}: ${'files' in one ? one.files : one.test.source}`);
  return [
    'node_modules/vitest/vitest.mjs',
    'run',
    `--outputFile.json=${resultsOf(name)}`,
    ...patterns.flatMap((pattern) => ['--exclude', pattern]),
    ...(names === undefined ? [] : ['--testNamePattern', names]),
    ...(patience === undefined ? [] : [`--testTimeout=${patience}`, `--hookTimeout=${patience}`]),
    ...chosen,
  ];
}

/**
 * What the names of tests match that are not excluded by their names.
 *
 * @param {readonly Excluded[]} excluded
 */
export function namePatternOf(excluded) {
  const tests = excluded.flatMap((one) => ('test' in one ? [one.test.source] : []));
  return tests.length > 0 ? `^(?!.*(?:${tests.join('|')}))` : undefined;
}

/**
 * Keeps the results of a place with those of this machine, and prints their sum.
 *
 * @param {string} name
 * @param {string} json
 */
export function report(name, json) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(json);
  const file = path.join(root, resultsOf(name));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, json);
  console.log(`${name}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
