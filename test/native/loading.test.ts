import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { temporaryDirectory } from '../helpers/servers/temporary-directory.js';

const isNode = !('bun' in process.versions || 'deno' in process.versions);
const fixture = (name: string): URL => new URL(`fixtures/loading/${name}`, import.meta.url);

interface Ran {
  readonly lines: readonly string[];
  readonly stderr: string;
  readonly code: number | null;
}

async function run(program: URL, options: Parameters<typeof startChild>[1] = {}): Promise<Ran> {
  const child = startChild(program, options);
  const { code } = await child.exit;
  return { lines: child.lines, stderr: child.stderr, code };
}

describe('a program has each package once', () => {
  test.for([
    ['import multiprocess', 'import @multiprocess/sync', 'require multiprocess', 'require @multiprocess/sync'],
    ['import @multiprocess/sync', 'import multiprocess', 'require @multiprocess/sync', 'require multiprocess'],
    ['require @multiprocess/sync', 'import multiprocess', 'import @multiprocess/sync'],
    ['require multiprocess', 'import @multiprocess/sync', 'import multiprocess'],
  ])('%s', async (...[ways]) => {
    const ran = await run(fixture('same-objects.mjs'), { args: ways });
    expect(ran).toEqual({ lines: [JSON.stringify(ways.map(() => true))], stderr: '', code: 0 });
  });

  test.runIf(isNode)('where links are not followed', async () => {
    const ways = ['import multiprocess', 'import @multiprocess/sync', 'require @multiprocess/sync'];
    const ran = await run(fixture('same-objects.mjs'), { args: ways, execArgv: ['--preserve-symlinks'] });
    expect(ran).toEqual({ lines: [JSON.stringify(ways.map(() => true))], stderr: '', code: 0 });
  });
});

test.runIf(isNode)('in another realm, it is of that realm', async () => {
  const execArgv = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const ran = await run(fixture('other-realm.mjs'), { execArgv });
  const all = { isOfContext: true, isOwnCopy: true, works: true };
  expect(ran).toEqual({ lines: [JSON.stringify(all)], stderr: '', code: 0 });
});

describe('in a bundle', () => {
  async function bundleWith(conditions: string[], format: 'esm' | 'cjs'): Promise<URL> {
    const file = path.join(temporaryDirectory('bundle'), format === 'esm' ? 'bundle.mjs' : 'bundle.cjs');
    const bundled = await rolldown({
      input: fileURLToPath(fixture('imports-lock.mjs')),
      platform: 'node',
      resolve: { conditionNames: conditions },
      logLevel: 'silent',
    });
    await bundled.write({ file, format, codeSplitting: false });
    await bundled.close();
    return pathToFileURL(file);
  }

  test.for(['esm', 'cjs'] as const)('of a tool that knows no "module", in %s, it says what to do', async (format) => {
    const ran = await run(await bundleWith(['node', 'import'], format));
    expect(ran).toMatchObject({ lines: [], code: 1 });
    expect(ran.stderr).toContain('made by a bundler that does not know the condition "module" of "exports"');
  });
});

describe.runIf(isNode && process.platform !== 'win32')('compiled code of a main program', () => {
  const caches = (): string => {
    const directory = path.join(temporaryDirectory('caches'), 'caches');
    mkdirSync(directory, { mode: 0o700 });
    return directory;
  };
  const filesIn = (directory: string): string[] =>
    existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
  const environment = (directory: string) => ({ XDG_CACHE_HOME: directory, NODE_V8_COVERAGE: undefined });

  test('is kept, and used by the next', async () => {
    const directory = caches();
    const env = environment(directory);
    const first = await run(fixture('imports-lock.mjs'), { env });
    expect(first).toEqual({ lines: ['true'], stderr: '', code: 0 });
    const kept = filesIn(directory).filter((file) => file.endsWith('.bin'));
    expect(kept).toHaveLength(1);
    expect(await run(fixture('imports-lock.mjs'), { env })).toEqual(first);
    expect(filesIn(directory).filter((file) => file.endsWith('.bin'))).toEqual(kept);
  });

  test('that nothing has used for a month is removed when other code is kept', async () => {
    const directory = caches();
    const [used, unused] = ['code-v1.2.3-x64/used.bin', 'code-v1.2.3-x64/unused.bin'].map((name) =>
      path.join(directory, 'multiprocess', name),
    ) as [string, string];
    mkdirSync(path.dirname(used), { recursive: true, mode: 0o700 });
    for (const file of [used, unused]) writeFileSync(file, '');
    const days = (count: number): number => Date.now() / 1000 - count * 24 * 60 * 60;
    utimesSync(used, days(29), days(100));
    utimesSync(unused, days(31), days(100));
    expect(await run(fixture('imports-lock.mjs'), { env: environment(directory) })).toMatchObject({ code: 0 });
    expect([existsSync(used), existsSync(unused)]).toEqual([true, false]);
  });
});
