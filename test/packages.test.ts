import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { included } from './tools/included.mjs';
import { readPackages } from './tools/packages.mjs';
import type { Package } from './tools/packages.mjs';
import { root } from './tools/run.mjs';

const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

interface References {
  readonly references: readonly { readonly path: string }[];
}

const { version } = readJson('lerna.json') as { version: string };
const { engines } = readJson('package.json') as { engines: unknown };
const packages = readPackages(root);
const ours = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]));

const packageName = (specifier: string): string => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

/** One for each platform, with its binary: they are made, and added to the manifest, when packages are packed. */
const PLATFORM_PACKAGE = '@multiprocess/native-';

function importedPackages({ imports }: Package): string[] {
  const names = imports.map(({ specifier }) => specifier).filter((name) => !name.startsWith('.') && !isBuiltin(name));
  const ownCopies = included.map((one) => one.package);
  const isOurDependency = (name: string): boolean => !ownCopies.includes(name) && !name.startsWith(PLATFORM_PACKAGE);
  return [...new Set(names.map(packageName))].filter(isOurDependency).sort();
}

describe.each(packages.map((one) => [one.manifest.name, one] as const))('%s', (name, one) => {
  const { folder, manifest } = one;
  const dependencies = manifest.dependencies ?? {};

  test('says what it is, under the name of its folder', () => {
    expect(name).toBe(folder === 'multiprocess' ? folder : `@multiprocess/${folder}`);
    expect(manifest['description']).toMatch(/^[A-Z].{20,120}[^.]$/);
    expect(existsSync(path.join(root, 'packages', folder, 'README.md'))).toBe(true);
  });

  test('has the version, licence and engines of all', () => {
    expect(manifest).toMatchObject({ version, engines, license: 'MIT', type: 'module', sideEffects: true });
  });

  test('says where its source, its documentation and its issues are', () => {
    const url = 'git+https://github.com/multiprocess/multiprocess.git';
    expect(manifest['repository']).toEqual({ type: 'git', url, directory: `packages/${folder}` });
    expect(manifest['homepage']).toBe('https://multiprocess.github.io/multiprocess/');
    expect(manifest['bugs']).toBe('https://github.com/multiprocess/multiprocess/issues');
  });

  test('exports its index and nothing deeper, in the form for Node to Node and to tools that do not know better', () => {
    const { './loader': loader, ...others } = manifest['exports'] as Readonly<Record<string, unknown>>;
    expect(others).toEqual({
      '.': {
        types: './dist/index.d.ts',
        bun: './dist/index.js',
        deno: './dist/index.js',
        module: './dist/index.js',
        default: './dist/in-node.js',
      },
      './package.json': './package.json',
    });
    // It becomes a part of other files, and has none of its own.
    expect(loader).toEqual(folder === 'native' ? { types: './dist/loading/loader.d.ts' } : undefined);
  });

  test('publishes what is built, without examples', () => {
    expect(manifest['files']).toEqual(expect.arrayContaining(['dist', 'README.md']));
    expect(manifest['files']).not.toContain('src');
    const hasExamples = readdirSync(path.join(root, 'packages', folder, 'src')).some((file) =>
      file.endsWith('.examples.ts'),
    );
    if (hasExamples) expect(manifest['files']).toContain('!dist/**/*.examples.*');
  });

  test('runs nothing when it is installed', () => {
    const scripts = Object.keys(manifest['scripts'] ?? {});
    expect(scripts.filter((script) => /^(pre|post)?install$|^prepare$/.test(script))).toEqual([]);
    expect(existsSync(path.join(root, 'packages', folder, 'binding.gyp'))).toBe(false); // npm would run it
  });

  test.skipIf(one.imports.length === 0)('depends on the packages that it imports, and on no others', () => {
    expect(Object.keys(dependencies).sort()).toEqual(importedPackages(one));
    expect(manifest['devDependencies'] ?? {}).toEqual({});
  });

  test('depends on the other packages here in this very version, and is built after them', () => {
    const internal = Object.entries(dependencies).filter(([dependency]) => ours.has(dependency));
    for (const [, range] of internal) expect(range).toBe(version);
    const { references } = readJson(`packages/${folder}/tsconfig.json`) as References;
    const wanted = internal.map(([dependency]) => `../${String(ours.get(dependency))}`);
    expect(references.map((reference) => reference.path).sort()).toEqual(wanted.sort());
  });
});

test('tsconfig.json refers to all packages, each after those it depends on', () => {
  const { references } = readJson('tsconfig.json') as References;
  const order = references.slice(0, -1).map((reference) => path.basename(reference.path));
  // What runs in a browser is a program of its own, in the last package.
  expect(references.at(-1)?.path).toBe('packages/multiprocess/src/dashboard/page');
  expect([...order].sort()).toEqual(packages.map(({ folder }) => folder).sort());
  for (const { folder, manifest } of packages) {
    const earlier = Object.keys(manifest.dependencies ?? {}).flatMap((name) => ours.get(name) ?? []);
    for (const dependency of earlier) expect(order.indexOf(dependency)).toBeLessThan(order.indexOf(folder));
  }
});

test.each([
  ['README.md', (folder: string) => RegExp(`\\]\\(packages/${folder}/README.md\\)`)],
  ['packages/multiprocess/README.md', (folder: string) => RegExp(`\\]\\(../${folder}/README.md\\)`)],
  ['ARCHITECTURE.md', (folder: string) => RegExp(`^(\\d |  |beside them).* ${folder}( |$)`, 'm')],
])('the table of packages in %s has all of them', (page, entry) => {
  const text = readFileSync(path.join(root, page), 'utf8');
  const own = path.basename(path.dirname(page));
  const missing = packages.filter(({ folder }) => folder !== own && !entry(folder).test(text));
  expect(missing.map(({ folder }) => folder)).toEqual(own === 'multiprocess' ? ['native'] : []);
});
