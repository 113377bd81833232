import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FOLDERS as folderRows } from '../../.dependency-cruiser.mjs';
import { root } from './run.mjs';

const FOLDERS: Readonly<Record<string, readonly string[]>> = folderRows;

const CRUISER = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const CONFIG = path.join(root, '.dependency-cruiser.mjs');

const NATIVE = `export { park } from '@multiprocess/native';`;

/** Files of packages/, most of which break a rule. */
const PLANTED = {
  'sync/src/import.ts': `import { Pipe } from '@multiprocess/pipe';\nexport const pipe = Pipe;`,
  'sync/src/type.ts': `import type { Pipe } from '@multiprocess/pipe';\nexport type P = Pipe;`,
  'sync/src/re-export.ts': `export { Pipe } from '@multiprocess/pipe';`,
  'sync/src/dynamic.ts': `export const pipe = () => import('@multiprocess/pipe');`,
  'sync/src/allowed.ts':
    `import { serialize } from '@multiprocess/serialization';\nimport { EOL } from 'node:os';\n` +
    `import type { Beside } from './beside.js';\nexport const all = [serialize, EOL] as unknown as Beside;`,
  'sync/src/beside.ts': 'export type Beside = unknown;',
  'sync/src/itself.ts': `export { Lock } from '@multiprocess/sync';`,
  'sync/src/deep-name.ts': `export { EOFError } from '@multiprocess/shared-memory/dist/errors.js';`,
  'sync/src/deep-path.ts': `export { EOFError } from '../../shared-memory/src/errors.js';`,
  'process/src/platform/platform.ts': NATIVE,
  'shared-memory/src/wait/park.ts': NATIVE,
  'shared-memory/src/platform/platform.ts': NATIVE,
  'shared-memory/src/errors.ts': 'export class EOFError {}',
  'shared-memory/src/platform/linux/stat.ts': 'export const stat = 1;',
  'shared-memory/src/platform/index.ts': `export { stat } from './linux/stat.js';`,
  'shared-memory/src/inspect/stat.ts': `export { stat } from '../platform/linux/stat.js';`,
  'shared-memory/src/upward.ts': `export { serialize } from '@multiprocess/serialization';`,
  'surprise/src/index.ts': `export { Lock } from '@multiprocess/sync';`,
  // Folders that import what stands below them, or a file beside them, and one that stands nowhere.
  'sync/src/words/down.ts': `import type { G } from '../object/g.js';\nexport type H = G;`,
  'sync/src/object/g.ts': `export type G = 1;`,
  'sync/src/object/up.ts': `export type { H } from '../words/down.js';`,
  'sync/src/event/beside.ts': `export type { Beside } from '../beside.js';`,
  'sync/src/surprise/a.ts': `export type { G } from '../object/g.js';`,
  // A circle of files, of types only.
  'values/src/circle/a.ts': `import type { B } from './b.js';\nexport type A = B | 1;`,
  'values/src/circle/b.ts': `import type { A } from './a.js';\nexport type B = A | 2;`,
  // A circle of folders, without one of files.
  'values/src/up/a.ts': `export { b } from '../down/b.js';`,
  'values/src/down/b.ts': 'export const b = 1;',
  'values/src/down/c.ts': `export { d } from '../up/d.js';`,
  'values/src/up/d.ts': 'export const d = 2;',
};

/** What dependency-cruiser says of PLANTED: a line for each violation, with the comment of the rule. */
const violations = cruise();

function cruise(): string[] {
  const top = mkdtempSync(path.join(tmpdir(), 'multiprocess-layers-'));
  try {
    for (const [file, text] of Object.entries(PLANTED)) {
      const target = path.join(top, 'packages', file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    const args = [CRUISER, '--config', CONFIG, '--output-type', 'err-long', 'packages/*/src'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: top, encoding: 'utf8' });
    return stdout.split(/^ *error /m).map((one) => one.replaceAll(/\s+/g, ' '));
  } finally {
    rmSync(top, { recursive: true });
  }
}

/** The folders in the sources of a package, sorted. */
function foldersOf(name: string): string[] {
  const found = readdirSync(path.join(root, 'packages', name, 'src'), { withFileTypes: true });
  return found.flatMap((one) => (one.isDirectory() ? [one.name] : [])).sort();
}

/** The packages in TypeScript. */
function packages(): string[] {
  return readdirSync(path.join(root, 'packages')).filter((name) => name !== 'native');
}

/** The violations that begin at this file or folder. */
const of = (file: string): string[] => violations.filter((one) => one.includes(`: packages/${file} `));

test.each([
  ['an import', 'sync/src/import.ts'],
  ['a type', 'sync/src/type.ts'],
  ['a re-export', 'sync/src/re-export.ts'],
  ['a dynamic import', 'sync/src/dynamic.ts'],
])('%s of a package that is not below is reported, with what may be imported', (_, file) => {
  expect(of(file)).toEqual([
    expect.stringContaining(
      `layer-of-sync: packages/${file} → @multiprocess/pipe sync may import serialization, shared-memory only: ` +
        'move what both need down into one of these, or the import up',
    ),
  ]);
});

test('imports of packages below, of Node and of files beside are allowed', () => {
  expect(of('sync/src/allowed.ts')).toEqual([]);
});

test('serialization lies above shared-memory', () => {
  expect(of('shared-memory/src/upward.ts')).toEqual([expect.stringContaining('shared-memory may import native only')]);
});

test('one file imports native', () => {
  expect(of('shared-memory/src/platform/platform.ts')).toEqual([]);
  expect(of('shared-memory/src/wait/park.ts')).toEqual([expect.stringContaining('One file loads the native part')]);
  expect(of('process/src/platform/platform.ts')).toEqual([expect.stringContaining('layer-of-process')]);
});

test('the folder of an operating system is imported by the file that chooses it only', () => {
  expect(of('shared-memory/src/platform/index.ts')).toEqual([]);
  expect(of('shared-memory/src/inspect/stat.ts')).toEqual([expect.stringContaining('system-through-the-door')]);
});

test.each([
  ['a path behind its name', 'sync/src/deep-name.ts'],
  ['a relative path', 'sync/src/deep-path.ts'],
])('files of other packages are not reached past their index, by %s', (_, file) => {
  expect(of(file)).toEqual([expect.stringContaining('index-only')]);
});

test('a package does not import itself by its name', () => {
  expect(of('sync/src/itself.ts')).toEqual([expect.stringContaining('own-files-by-path')]);
});

test('files do not import each other in a circle, not even types', () => {
  expect(of('values/src/circle/a.ts')).toEqual([
    expect.stringMatching(/no-circle-of-files: .*circle\/a\.ts → .*circle\/b\.ts → .*circle\/a\.ts/),
  ]);
});

test('folders do not import each other in a circle, even where no files do', () => {
  expect(of('values/src/up')).toEqual([
    expect.stringMatching(/no-circle-of-folders: .*src\/up → .*src\/down → .*src\/up/),
  ]);
  expect(of('values/src/up/a.ts')).toEqual([]);
});

test('a folder imports only folders that stand above it in the table, and no file beside', () => {
  expect(of('sync/src/words/down.ts')).toEqual([
    expect.stringContaining(
      'folder-words-of-sync: packages/sync/src/words/down.ts → packages/sync/src/object/g.ts words of sync may import ' +
        'no other folder only: move what both need up the table into one of these, or the import down',
    ),
  ]);
  expect(of('sync/src/object/up.ts')).toEqual([]);
  expect(of('sync/src/event/beside.ts')).toEqual([
    expect.stringContaining('event of sync may import words, async-context, object only'),
  ]);
});

test('the table of ARCHITECTURE.md has the folders of each package, in the order that is kept', () => {
  const rows = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(
    /^\| (?:`([^`]+)`)? +\| ([^|]+?) +\| /gm,
  );
  const table: Record<string, string[]> = {};
  let folders: string[] = [];
  for (const [, name, cell = ''] of rows) {
    if (name !== undefined) folders = table[name] = [];
    folders.push(...[...cell.matchAll(/`([^`]+)`/g)].map(([, folder = '']) => folder));
  }
  expect(table).toMatchObject(FOLDERS);
  for (const name of packages()) {
    const there = foldersOf(name);
    if (there.length > 1) expect([...(FOLDERS[name] ?? [])].sort(), name).toEqual(there);
  }
});

test('a new folder must be given its place', () => {
  expect(of('sync/src/surprise/a.ts')).toEqual([
    expect.stringContaining('This folder has no row: give it its place in .dependency-cruiser.mjs and ARCHITECTURE.md'),
  ]);
});

test('a new package must be given its place', () => {
  expect(of('surprise/src/index.ts')).toEqual([
    expect.stringContaining('in no layer: give it its place in .dependency-cruiser.mjs and ARCHITECTURE.md'),
  ]);
});
