// @ts-check
// What every command of package.json needs beforehand, so that each works from a fresh clone. Quiet when all is there.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './run.mjs';

// Needs nothing of what npm installs, so cargo works meanwhile.
const native = path.join(root, 'packages/native/build.mjs');
const built = existsSync(native) ? run(process.execPath, [native]) : 0;
await import('./install.mjs');
const status = await built;
if (status !== 0) process.exit(status);

await import('./build.mjs');
