import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Folder } from '../fresh-install/stranger.js';
import { fetchNode } from '../tools/fetch-node.mjs';
import { writeTable } from './page.js';
import { newProject } from './project.js';
import { NODES } from './tools.js';

const KINDS = [
  { kind: 'outside', inlined: false },
  { kind: 'inlined', inlined: true },
];
const SAID = ['1,4,9 of processes', '1,4,9 of threads', 'hello from a process', 'hello from a thread', '42', 'bye'];

/** How Node recognises that a blob has been put into it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');

const results = new Map<string, string[]>(NODES.ofExecutables.map((version) => [version, [`Node ${version}`]]));
let installed: Promise<Folder> | undefined;
const theProject = () => (installed ??= newProject('executables', [], ['esbuild']));

afterAll(async () => {
  const head = ['Single executable', ...KINDS.map(({ kind }) => `multiprocess ${kind}`)];
  if ([...results.values()].every((row) => row.length === head.length))
    await writeTable('executables', head, [...results.values()]);
});

/** Makes an executable of the program, in the project, beside whose node_modules it lies. */
function singleExecutable(node: string, main: string, folder: string): string {
  const config = path.join(folder, 'sea.json');
  const output = path.join(folder, 'blob');
  writeFileSync(config, JSON.stringify({ main, output, disableExperimentalSEAWarning: true }));
  execFileSync(node, ['--experimental-sea-config', config], { stdio: 'pipe' });
  const executable = path.join(folder, 'application');
  copyFileSync(node, executable);
  chmodSync(executable, 0o755);
  execFileSync(process.execPath, [postject, executable, 'NODE_SEA_BLOB', output, '--sentinel-fuse', FUSE], {
    stdio: 'pipe',
  });
  return executable;
}

const cases = NODES.ofExecutables.flatMap((version) => KINDS.map((kind) => ({ version, ...kind })));

test.each(cases)('of Node $version, with multiprocess $kind, runs all that there is', async ({ version, inlined }) => {
  const project = await theProject();
  const folder = mkdtempSync(path.join(project.path, 'out-'));
  const settings = { entry: path.join(project.path, 'application.cjs'), outdir: folder, inlined };
  await project.node('bundle.mjs', JSON.stringify(settings));
  copyFileSync(path.join(project.path, 'tasks.mjs'), path.join(folder, 'tasks.mjs'));
  const executable = singleExecutable(await fetchNode(version), path.join(folder, 'main.cjs'), folder);
  expect((await project.run(path.relative(project.path, executable))).trim().split('\n')).toEqual(SAID);
  results.get(version)!.push('works');
});
