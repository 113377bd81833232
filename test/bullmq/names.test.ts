import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { task } from '@multiprocess/serialization';
import { describe, expect, test } from 'vitest';
import { findModule } from '../../packages/bullmq/build/names/find-module.js';
import { formatName, hasVersion, namedVersion, parseName } from '../../packages/bullmq/build/names/function-name.js';
import { nameOf } from '../../packages/bullmq/build/names/name-of.js';
import { temporaryDirectory } from '../helpers/servers/temporary-directory.js';
import { Host } from './host.js';

describe('the name of a function', () => {
  test.each([
    ['jobs#resize@1', { package: 'jobs', subpath: '.', export: 'resize', version: '1' }],
    ['@acme/jobs#resize@1.4', { package: '@acme/jobs', subpath: '.', export: 'resize', version: '1.4' }],
    [
      '@acme/jobs/a/b.js#größe@1.4.2',
      { package: '@acme/jobs', subpath: './a/b.js', export: 'größe', version: '1.4.2' },
    ],
    ['jobs#$x@2.0.0-beta.1', { package: 'jobs', subpath: '.', export: '$x', version: '2.0.0-beta.1' }],
  ])('%s says package, module, export and version', (text, parsed) => {
    expect(parseName(text)).toEqual(parsed);
    expect(formatName(parsed)).toBe(text);
  });

  test.each([
    'resize',
    '@acme/jobs#resize',
    '@acme/jobs@1.4',
    'file:///srv/jobs.js#resize@1',
    '/srv/jobs.js#resize@1',
    './jobs.js#resize@1',
    'node:fs#rmSync@20',
    'jobs/../../etc#resize@1',
    'jobs#a.b@1',
    'jobs#resize@latest',
    '(n) => 2 * n',
    '',
  ])('is none: %j, and the error says what one is', (text) => {
    expect(() => parseName(text)).toThrow(TypeError);
    expect(() => parseName(text)).toThrow(/@acme\/jobs#resize@1\.4|path that leaves it/);
  });

  test.each([
    ['1.4.2', '1.4', true],
    ['1.4.2', '1', true],
    ['1.4.2', '1.4.2', true],
    ['1.40.2', '1.4', false],
    ['1.5.0', '1.4', false],
    ['2.0.0-beta.1', '2.0', false],
    ['2.0.0-beta.1', '2.0.0-beta.1', true],
  ])('an installed %s for a wanted %s: %s', (installed, wanted, expected) => {
    expect(hasVersion(installed, wanted)).toBe(expected);
  });

  test('has major and minor of the installed version, or all of a prerelease', () => {
    expect(['1.4.2', '0.1.0', '2.0.0-beta.1', '1.4.2+build'].map(namedVersion)).toEqual([
      '1.4',
      '0.1',
      '2.0.0-beta.1',
      '1.4',
    ]);
  });
});

describe('a function of a package', () => {
  test('is named by the package, the module that exports it, and the version', async () => {
    const host = new Host().install();
    const { double } = await host.jobs();
    expect(nameOf(double)).toBe('@acme/jobs#double@1.4');
  });

  test.each([
    ['a string', './index.mjs', '@acme/jobs#double@1.4'],
    ['conditions', { require: './no.cjs', node: { import: './index.mjs' } }, '@acme/jobs#double@1.4'],
    ['a subpath', { '.': './other.mjs', './images': { default: './index.mjs' } }, '@acme/jobs/images#double@1.4'],
    ['a pattern', { './*': './*.mjs' }, '@acme/jobs/index#double@1.4'],
    ['a list', [{ browser: './no.js' }, './index.mjs'], '@acme/jobs#double@1.4'],
    ['nothing said', null, '@acme/jobs/index.mjs#double@1.4'],
  ])('whose exports are %s is found by that name', async (_what, exports, name) => {
    const host = new Host().install({ exports });
    const { double } = await host.jobs();
    expect(nameOf(double)).toBe(name);
    expect(findModule(parseName(name), host.directory)).toEqual({
      module: pathToFileURL(host.path('node_modules/@acme/jobs/index.mjs')).href,
    });
  });

  test('whose module is not exported is refused, with what to do', async () => {
    const host = new Host().install({ exports: { './other': './other.mjs' } });
    const { double } = await host.jobs();
    expect(() => void nameOf(double)).toThrow(/not in the `exports` of @acme\/jobs.*'@acme\/jobs#double@1\.4'/);
  });

  test('is found from a folder below, and as the package of the folder itself', () => {
    const host = new Host().install();
    mkdirSync(host.path('a', 'b'), { recursive: true });
    writeFileSync(host.path('package.json'), '{"name": "own", "version": "3.0.0", "exports": "./own.js"}');
    writeFileSync(host.path('own.js'), '');
    expect(findModule(parseName('@acme/jobs#double@1.4'), host.path('a', 'b'))).toHaveProperty('module');
    expect(findModule(parseName('own#run@3'), host.path('a', 'b'))).toHaveProperty('module');
  });

  test.each([
    ['@acme/other#double@1.4', '@acme/other is not installed'],
    ['@acme/jobs#double@1.5', '@acme/jobs is installed in version 1.4.2, not 1.5'],
    ['@acme/jobs/images#double@1.4', '@acme/jobs@1.4.2 does not export @acme/jobs/images'],
  ])('that this host does not have: %s', (name, missing) => {
    expect(findModule(parseName(name), new Host().install().directory)).toEqual({ missing });
  });

  test('whose package exports a file outside of itself is not found', () => {
    const host = new Host().install({ exports: { '.': './../../../../etc/passwd' } });
    expect(findModule(parseName('@acme/jobs#double@1.4'), host.directory)).toHaveProperty('missing');
  });
});

describe('refused, with what to do:', () => {
  test('source', () => {
    const double = (n: number): number => 2 * n;
    expect(() => void nameOf(double)).toThrow(
      /The function double cannot be sent.*source is refused.*task\(import\.meta.*package/,
    );
  });

  test('the file of a task that is in no package', () => {
    const url = pathToFileURL(path.join(temporaryDirectory('no-package'), 'jobs.js')).href;
    const run = task({ url }, function run() {});
    expect(() => void nameOf(run)).toThrow(
      /run of file:.*is in no package.*a URL is refused.*install that on each host/,
    );
  });

  test('the source of a task in a data: URL', () => {
    const run = task({ url: 'data:text/javascript,1' }, function run() {});
    expect(() => void nameOf(run)).toThrow(/is in no package/);
  });

  test('what is no function', () => {
    expect(() => void nameOf(1)).toThrow(
      'fn must be a task that a package exports, or its name like @acme/jobs#resize@1.4, received 1',
    );
  });
});
