import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../tools/run.mjs';

/** Compiled code is kept below the checkout: the suite installs the packages in some hundred places, each with code of its own. */
export function setup(): void {
  const caches = path.join(root, 'test/.cache/compiled');
  mkdirSync(caches, { recursive: true, mode: 0o700 });
  process.env['XDG_CACHE_HOME'] = caches;
}
