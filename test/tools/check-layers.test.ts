import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { layerViolations } from './check-layers.mjs';
import { root } from './run.mjs';

/** What is said of a copy of one package, without what is built, in which a file breaks a rule. */
function plant(file: string, text: string): string[] {
  const top = mkdtempSync(path.join(tmpdir(), 'multiprocess-layers-'));
  onTestFinished(() => {
    rmSync(top, { recursive: true });
  });
  const [folder = ''] = file.split('/');
  for (const part of ['src', 'package.json']) {
    const from = path.join(root, 'packages', folder, part);
    if (existsSync(from)) cpSync(from, path.join(top, 'packages', folder, part), { recursive: true });
  }
  const target = path.join(top, 'packages', file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return layerViolations(top);
}

test('the repository keeps its layers', () => {
  expect(layerViolations(root)).toEqual([]);
});

test.each([
  ['an import', `import { Pipe } from '@multiprocess/pipe';\nexport const pipe = Pipe;`],
  ['a type', `import type { Pipe } from '@multiprocess/pipe';\nexport type P = Pipe;`],
  ['a re-export', `export { Pipe } from '@multiprocess/pipe';`],
  ['a dynamic import', `export const pipe = () => import('@multiprocess/pipe');`],
])('%s of a package that is not below is reported, with what may be imported', (_, text) => {
  expect(plant('sync/src/planted.ts', text)).toEqual([
    'packages/sync/src/planted.ts imports @multiprocess/pipe, but sync may import serialization, shared-memory only: ' +
      'move what both need down into one of these, or the import up',
  ]);
});

test('serialization lies above shared-memory', () => {
  const text = `export { serialize } from '@multiprocess/serialization';`;
  expect(plant('shared-memory/src/planted.ts', text)).toEqual([
    expect.stringContaining('planted.ts imports @multiprocess/serialization, but shared-memory may import native only'),
  ]);
});

test('native is imported by platform.ts only, and only where the kernel is needed', () => {
  const text = `export { park } from '@multiprocess/native';`;
  expect(plant('process/src/planted.ts', text)).toEqual([
    'packages/process/src/planted.ts imports @multiprocess/native, but only platform.ts of a package reaches the native ' +
      'part: import it in the platform.ts of packages/process',
  ]);
  expect(plant('process/src/platform/platform.ts', text)).toEqual([]);
  expect(plant('sync/src/platform.ts', text)).toEqual([
    expect.stringContaining('but sync may import serialization, shared-memory only'),
  ]);
});

test('files of other packages are not reached past their index', () => {
  const deep = `export { LineLog } from '@multiprocess/shared-memory/dist/errors.js';`;
  expect(plant('sync/src/planted.ts', deep)).toEqual([expect.stringContaining('import what its index exports')]);
  const relative = `export { EOFError } from '../../shared-memory/src/base/errors.js';`;
  expect(plant('sync/src/planted.ts', relative)).toEqual([expect.stringContaining('a file of another package')]);
});

test('a dependency that points upwards is reported', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'packages/sync/package.json'), 'utf8')) as object;
  const text = JSON.stringify({ ...manifest, dependencies: { '@multiprocess/queue': '0.1.0' } });
  expect(plant('sync/package.json', text)).toEqual([
    expect.stringMatching(/^packages\/sync\/package\.json depends on @multiprocess\/queue, but sync may import/),
  ]);
});

test('a new package must be given its place', () => {
  expect(plant('surprise/package.json', '{"name": "@multiprocess/surprise"}')).toEqual([
    'packages/surprise is in no layer: give it its place in test/tools/check-layers.mjs',
  ]);
});
