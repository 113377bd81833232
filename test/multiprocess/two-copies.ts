import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** Puts a copy of what is published of all packages into a folder of its own, until the test file ends. Returns the umbrella's URL. */
export function anotherCopy(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'multiprocess-copy-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const name of readdirSync(packages)) {
    const to = path.join(folder, 'node_modules', name === 'multiprocess' ? name : `@multiprocess/${name}`);
    for (const one of readdirSync(path.join(packages, name))) {
      if (!/^(dist|package\.json)$|\.(node|cjs)$/.test(one)) continue;
      cpSync(path.join(packages, name, one), path.join(to, one), { recursive: true });
    }
  }
  return new URL(`file://${folder}/node_modules/multiprocess/dist/index.js`).href;
}
