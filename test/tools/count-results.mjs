// @ts-check
// Adds up what the runs of the tests wrote to test/.cache/results, and prints it as the last line of a CI run, after the
// tests that failed and why, so the end of a long log shows them. Its argument is the number of commands
// that failed: their failure shows in the sum even if no test of theirs failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './run.mjs';

/**
 * @typedef {{ fullName: string, status: string, failureMessages: string[] }} Test
 * @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} File
 * @typedef {{ numPassedTests: number, numFailedTests: number, testResults: File[] }} Run
 */

const directory = path.join(root, 'test/.cache/results');
const files = existsSync(directory) ? readdirSync(directory) : [];
/** @param {string} name */
const read = (name) => readFileSync(path.join(directory, name), 'utf8');
/** @type {[run: string, result: Run][]} */
const runs = files.filter((name) => name.endsWith('.json')).map((name) => [name, JSON.parse(read(name))]);

for (const [run, { testResults }] of runs) {
  for (const { name, status, message, assertionResults } of testResults) {
    if (status !== 'failed') continue;
    console.log(`FAILED  ${path.basename(run, '.json')}  ${path.relative(root, name)}  ${message}`);
    for (const test of assertionResults.filter(({ status }) => status === 'failed')) {
      console.log(`  ${test.fullName}\n${test.failureMessages.join('\n')}`);
    }
  }
}
for (const name of files.filter((name) => !name.endsWith('.json'))) console.log(`${name}:\n${read(name)}`);

/** @param {'numPassedTests' | 'numFailedTests'} key */
const sum = (key) => runs.reduce((total, [, result]) => total + result[key], 0);
const failed = Math.max(sum('numFailedTests'), Number(process.argv[2]));
console.log(`${sum('numPassedTests')} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
