// @ts-check
// Adds up what the runs of the tests wrote to test/.cache/results, and prints it as the last line of a CI run. Its
// argument is the number of commands that failed: their failure shows in the sum even if no test of theirs failed.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './run.mjs';

const directory = path.join(root, 'test/.cache/results');
const files = existsSync(directory) ? readdirSync(directory) : [];
const results = files.map((name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8')));

/** @param {string} key */
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const failed = Math.max(sum('numFailedTests'), Number(process.argv[2]));
console.log(`${sum('numPassedTests')} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
