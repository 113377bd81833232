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
 * @property {readonly string[]} [without] patterns of files that are among them, and not run
 * @property {readonly Excluded[]} [excluded] tests in these files that cannot pass in this place
 */

/** @typedef {{ readonly test: RegExp, readonly reason: string }} Excluded */

// What no platform can make a difference to: the order of the steps in which algorithms were compiled.
export const SAME_EVERYWHERE = ['test/crash/*-steps.test.ts'];

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
export function vitestArguments(name, { chosen, without = [], excluded = [] }) {
  for (const { test, reason } of excluded) console.log(`${name}: not run, ${reason}: ${test.source}`);
  const tests = excluded.map(({ test }) => test.source).join('|');
  return [
    'node_modules/vitest/vitest.mjs',
    'run',
    `--outputFile.json=${resultsOf(name)}`,
    ...without.flatMap((pattern) => ['--exclude', pattern]),
    ...(tests === '' ? [] : ['--testNamePattern', `^(?!.*(?:${tests}))`]),
    ...chosen,
  ];
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
