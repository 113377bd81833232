import { afterAll, expect, test } from 'vitest';
import type { Folder } from '../fresh-install/stranger.js';
import { writeTable } from './page.js';
import { newProject } from './project.js';
import { versionOf } from './tools.js';

const STRICT = [
  '--strict',
  '--noUncheckedIndexedAccess',
  '--exactOptionalPropertyTypes',
  '--declaration',
  '--types',
  'node',
];
const LIBRARY = ['--target', 'es2022', '--lib', 'es2023,esnext.disposable,es2024.sharedmemory'];

const rows: string[][] = [];
afterAll(async () => {
  if (rows.length === 5) await writeTable('typescript', ['TypeScript', 'Result'], rows);
});

/** Compiles as `tsc` does, with all declarations checked. Rejects with what it has to say. */
async function compile(project: Folder, file: string, ...options: string[]): Promise<void> {
  const tsc = 'node_modules/typescript/bin/tsc';
  await project.node(tsc, ...STRICT, ...LIBRARY, ...options, file).catch((error: unknown) => {
    throw new Error(String((error as { stdout?: string }).stdout ?? error));
  });
}

const NODE_NEXT = ['--module', 'nodenext'];

test.each([
  { tool: 'typescript-5.7', kind: 'ES modules', file: 'declared.ts', options: NODE_NEXT },
  { tool: 'typescript-5.8', kind: 'ES modules', file: 'declared.ts', options: NODE_NEXT },
  { tool: 'typescript-5.8', kind: 'CommonJS', file: 'common.cts', options: NODE_NEXT },
] as const)('$tool compiles $kind, without skipLibCheck', async ({ tool, kind, file, options }) => {
  await compile(await newProject('typescript', [tool]), file, ...options);
  rows.push([`${versionOf(tool)}, ${kind}, without \`skipLibCheck\``, 'works']);
});

test('a resolver that knows no exports finds the types by main and types', async () => {
  const project = await newProject('typescript', ['typescript-5.8']);
  const old = ['--module', 'es2022', '--moduleResolution', 'node10', '--skipLibCheck'];
  await compile(project, 'old-resolver.ts', ...old);
  rows.push([`${versionOf('typescript-5.8')}, \`moduleResolution: node10\`, with \`skipLibCheck\``, 'works']);
});

test('where only multiprocess can be named, as under pnpm, declarations can be written', async () => {
  const project = await newProject('typescript', ['typescript-5.8'], [], ['--install-strategy=linked']);
  expect(project.isInstalled('@multiprocess/manager')).toBe(false);
  await compile(project, 'declared.ts', ...NODE_NEXT);
  rows.push([`${versionOf('typescript-5.8')}, \`declaration\`, packages installed as by pnpm`, 'works']);
});
