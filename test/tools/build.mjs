// @ts-check
// Builds everything that is not up to date: the native part with cargo, TypeScript in the order of its references, and of
// its modules the files that are published.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './run.mjs';

const native = path.join(root, 'packages/native/build.mjs');
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

const bundle = path.join(root, 'test/tools/bundle.mjs');
const steps = [[tsc, '--build'], [bundle]];

for (const step of existsSync(native) ? [[native], ...steps] : steps) {
  const status = await run(process.execPath, step);
  if (status !== 0) process.exit(status);
}
