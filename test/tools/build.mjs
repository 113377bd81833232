// @ts-check
// Builds everything that is not up to date: the native part with cargo, then TypeScript in the order of its references.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './run.mjs';

const native = path.join(root, 'packages/native/build.mjs');
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

for (const step of existsSync(native) ? [[native], [tsc, '--build']] : [[tsc, '--build']]) {
  const status = await run(process.execPath, step);
  if (status !== 0) process.exit(status);
}
