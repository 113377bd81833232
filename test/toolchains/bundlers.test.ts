import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Folder } from '../fresh-install/stranger.js';
import { writeTable } from './page.js';
import { newProject } from './project.js';
import { versionOf } from './tools.js';

const SAID = ['1,4,9', 'hello from a process', 'hello from a thread', '42'];

const BUNDLERS = [
  { tool: 'esbuild', shown: 'esbuild' },
  { tool: 'rolldown', shown: 'rolldown' },
  { tool: 'rollup', shown: versionOf('rollup') },
  { tool: 'vite', shown: `${versionOf('vite')}, SSR` },
  { tool: 'webpack', shown: `${versionOf('webpack')}, development and production` },
];

const KINDS = [
  { kind: 'outside', inlined: false, minified: false },
  { kind: 'outside, minified', inlined: false, minified: true },
  { kind: 'inlined', inlined: true, minified: false },
  { kind: 'inlined and minified', inlined: true, minified: true },
];

const results = new Map(BUNDLERS.map(({ tool, shown }) => [tool, [shown]]));
let installed: Promise<Folder> | undefined;
const theProject = () => (installed ??= newProject('bundlers', ['rollup', 'vite', 'webpack'], ['esbuild', 'rolldown']));

afterAll(async () => {
  const head = ['Bundler', ...KINDS.map(({ kind }) => `multiprocess ${kind}`)];
  if ([...results.values()].every((row) => row.length === head.length))
    await writeTable('bundlers', head, [...results.values()]);
});

/** What a bundle says. */
async function run(outdir: string, file = 'main.mjs'): Promise<string[]> {
  return (await (await theProject()).node(path.join(outdir, file))).trim().split('\n');
}

/** Bundles the program, and returns the folder with what came out. */
async function bundle(tool: string, options: object, program = 'program.mjs'): Promise<string> {
  const project = await theProject();
  const outdir = mkdtempSync(path.join(project.path, 'out-'));
  const settings = { entry: path.join(project.path, program), outdir, ...options };
  await project.node(`${tool}.mjs`, JSON.stringify(settings));
  return outdir;
}

describe.each(BUNDLERS)('$tool', ({ tool }) => {
  test.each(KINDS)('$kind: tasks, children, threads and managers work', async ({ inlined, minified }) => {
    const outdir = await bundle(tool, { inlined, minified });
    expect(await run(outdir)).toEqual(SAID);
    results.get(tool)!.push('works');
  });

  test('inlined, and run where multiprocess is not installed, it says so', async () => {
    const outdir = await bundle(tool, { inlined: true, minified: false });
    const alone = mkdtempSync(path.join(tmpdir(), 'multiprocess-alone-'));
    onTestFinished(() => {
      rmSync(alone, { recursive: true });
    });
    cpSync(outdir, alone, { recursive: true });
    await expect(run(alone)).rejects.toThrow(
      /This code is in a bundle: install multiprocess where that runs, which brings the binary/,
    );
  });
});

test('a task that a minifier has left without a name says what to write', async () => {
  const outdir = await bundle('esbuild', { inlined: false, minified: true }, 'unnamed.mjs');
  await expect(run(outdir)).rejects.toThrow(
    /If a minifier has taken the name away, give it: task\(import\.meta, 'double', fn\)/,
  );
});

test('esbuild in CommonJS: import.meta is empty, and a task that is given it says so', async () => {
  const outdir = await bundle('esbuild', { inlined: true, minified: false, format: 'cjs' });
  await expect(run(outdir, 'main.cjs')).rejects.toThrow(/module must be import\.meta, or module in CommonJS/);
});

test('esbuild in CommonJS: tasks of `module` work, external and inlined', async () => {
  for (const inlined of [false, true]) {
    const outdir = await bundle('esbuild', { inlined, minified: true, format: 'cjs' }, 'program.cjs');
    expect(await run(outdir, 'main.cjs')).toEqual(SAID);
  }
});

test('webpack that writes the URL of the source into import.meta: a child says what to set', async () => {
  const project = await theProject();
  const sources = path.join(project.path, 'sources');
  mkdirSync(sources);
  cpSync(path.join(project.path, 'program.mjs'), path.join(sources, 'program.mjs'));
  const outdir = await bundle('webpack', { inlined: false, minified: true, keepsMeta: false }, 'sources/program.mjs');
  rmSync(sources, { recursive: true }); // as in a deployment
  await expect(run(outdir)).rejects.toThrow(/webpack.*importMeta: false/);
});
