import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Stranger } from './stranger.js';
import type { Folder } from './stranger.js';

// What matters most of test/toolchains, with the bundlers that the repository has: all of them, and more ways, are in
// `npm run test:toolchains`.
let installed: Promise<Folder> | undefined;
const install = () =>
  (installed ??= Stranger.theOne().then(async (stranger) => {
    const folder = await stranger.install(stranger.tarball('multiprocess'));
    cpSync(fileURLToPath(new URL('../toolchains/fixtures/bundlers', import.meta.url)), folder.path, {
      recursive: true,
    });
    for (const name of ['esbuild', 'rolldown']) folder.link(name);
    return folder;
  }));

describe.each(['esbuild', 'rolldown'])('a bundle of %s, minified', (tool) => {
  test.each([
    { how: 'with the packages outside', inlined: false },
    { how: 'with the packages in it', inlined: true },
  ])('$how: tasks, children, threads and managers work', async ({ inlined }) => {
    const folder = await install();
    const outdir = path.join(folder.path, `${tool}-${inlined ? 'inlined' : 'outside'}`);
    const settings = { entry: path.join(folder.path, 'program.mjs'), outdir, inlined, minified: true };
    await folder.node(`${tool}.mjs`, JSON.stringify(settings));
    const said = await folder.node(path.join(outdir, 'main.mjs'));
    expect(said.trim().split('\n')).toEqual(['1,4,9', 'hello from a process', 'hello from a thread', '42']);
  });
});
