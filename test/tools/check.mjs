// @ts-check
// All that continuous integration does, one step after the other; every step runs, whatever became of those before it.
//   node test/tools/check.mjs                  all steps
//   node test/tools/check.mjs layers eslint    these steps
//   node test/tools/check.mjs --without test   all but these
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './run.mjs';

/** @param {string} file */
const bin = (file) => path.join(root, 'node_modules', file);
const manifest = path.join(root, 'packages/native/Cargo.toml');
const cargo = existsSync(manifest);

/** @type {Record<string, readonly (readonly string[])[]>} */
const steps = {
  layers: [[process.execPath, 'test/tools/check-layers.mjs']],
  snippets: [[process.execPath, 'test/tools/sync-snippets.mjs', '--check']],
  types: [[process.execPath, bin('typescript/bin/tsc'), '--project', 'test']],
  eslint: [[process.execPath, bin('eslint/bin/eslint.js'), '--max-warnings=0', '.']],
  prettier: [[process.execPath, bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
  rust: cargo
    ? [
        ['cargo', 'fmt', '--check', '--manifest-path', manifest],
        ['cargo', 'clippy', '--quiet', '--locked', '--manifest-path', manifest, '--', '--deny=warnings'],
      ]
    : [],
  packages: [[process.execPath, 'test/tools/check-packages.mjs']],
  docs: [
    [process.execPath, 'test/tools/check-examples.mjs'],
    [process.execPath, bin('typedoc/bin/typedoc')],
    [process.execPath, 'test/tools/check-links.mjs'],
  ],
  test: [[process.execPath, bin('vitest/vitest.mjs'), 'run']],
  matrix: [[process.execPath, 'test/tools/test-matrix.mjs']],
};

const [first, ...rest] = process.argv.slice(2);
const named = first === '--without' ? Object.keys(steps).filter((step) => !rest.includes(step)) : process.argv.slice(2);
const chosen = named.length > 0 ? named : Object.keys(steps);

/** @type {string[]} */
const failed = [];
for (const step of chosen) {
  const commands = steps[step];
  if (commands === undefined) throw new RangeError(`No step "${step}"; there are ${Object.keys(steps).join(', ')}`);
  const begin = performance.now();
  for (const [program = '', ...args] of commands) {
    const status = await run(program, args).catch((error) => error.message);
    if (status === 0) continue;
    failed.push(step);
    console.error(`${step}: ${program} failed with ${status}`);
    break;
  }
  console.log(
    `${step}: ${failed.includes(step) ? 'FAILED' : 'ok'}, ${((performance.now() - begin) / 1000).toFixed(1)} s`,
  );
}
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}`);
  process.exit(1);
}
