// @ts-check
// What every command of package.json needs beforehand, so that each works from a fresh clone. Quiet when all is there.
import './install.mjs';

await import('./build.mjs');
