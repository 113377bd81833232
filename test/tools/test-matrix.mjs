// @ts-check
// Runs the tests on every newer Node that is supported, with the binaries that the node-linux-* packages carry. What a
// test starts, it starts with process.execPath, so that runs on the same Node.
//   node test/tools/test-matrix.mjs            all of them on each, as every night
//   node test/tools/test-matrix.mjs --share    what most depends on Node, on one of them at least, as for every change
//   node test/tools/test-matrix.mjs --fetch    none; fetches the binaries that are not there yet
// What follows are options for vitest.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fetchNode } from './fetch-node.mjs';
import { root, run } from './run.mjs';

const VERSIONS = ['22.23.3', '24.21.0', '26.10.0'];

// What no Node can make a difference to: the order of steps in which the algorithms were compiled, programs that use what
// is tested anyway, the tools of this repository, that each package installs by itself, and the runner's own helpers.
const SAME_EVERYWHERE = /^(model|examples|tools|helpers)\/|^crash\/.*-steps\.|^fresh-install\/alone\./;
// A share has what is built on Node's own interfaces on each of them, the rest on one of them, and nothing of what is only built on that.
const CLOSE = 'native/';
const FAR = /^(sync|values|serialization|map|buffers|queue|pipe|pins)\//;
/** Takes minutes, and is about the kernel, a server, a browser or npm rather than about Node. */
const LONG = /^(attacks|crash|redis|bullmq|fresh-install|multiprocess\/dashboard)\/|^shared-memory\/system-errors\./;

// What is left to chance is done less often here; the run of `npm test` does more of it.
process.env['MULTIPROCESS_TEST_EFFORT'] ??= '0.1';

const [first = '', ...others] = process.argv.slice(2);
const share = first === '--share';
const options = share || first === '--fetch' ? others : process.argv.slice(2);

const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('.cache') && !SAME_EVERYWHERE.test(file))
  .sort();

/** @param {string} file */
const isClose = (file) => file.startsWith(CLOSE);

/** @param {number} turn whose of VERSIONS it is */
function filesOf(turn) {
  if (!share) return files;
  const dealt = files.filter((file) => !isClose(file) && !FAR.test(file) && !LONG.test(file));
  return [...files.filter(isClose), ...dealt.filter((_, i) => i % VERSIONS.length === turn)];
}

const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');

if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
  console.log(
    `Skipped: the packages with Node's binaries are for Linux on x64 and arm64, not ${process.platform} ${process.arch}`,
  );
  process.exit(0);
}

const nodes = await Promise.all(VERSIONS.map((version) => fetchNode(version)));
if (first === '--fetch') process.exit(0);

/** @type {Record<string, string>} */
const outcomes = {};
for (const [turn, version] of VERSIONS.entries()) {
  const node = nodes[turn] ?? '';
  const chosen = filesOf(turn);
  console.log(`\nNode ${version}: ${chosen.length} of ${files.length} files`);
  const status = await run(node, [vitest, 'run', ...options, ...chosen.map((file) => `test/${file}`)]);
  outcomes[version] = status === 0 ? 'passed' : 'FAILED';
  if (status !== 0) process.exitCode = 1;
}

console.log('\nTests on other Nodes:');
for (const [version, outcome] of Object.entries(outcomes)) console.log(`  ${version.padEnd(8)} ${outcome}`);
