import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { native } from '@multiprocess/native';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { temporaryDirectory } from '../helpers/servers/temporary-directory.js';
import { root } from '../tools/run.mjs';

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
  async function bundleWith(conditions: string[], file: string): Promise<URL> {
    const bundled = await rolldown({
      input: fileURLToPath(fixture('imports-lock.mjs')),
      platform: 'node',
      resolve: { conditionNames: conditions },
      logLevel: 'silent',
    });
    await bundled.write({ file, format: file.endsWith('.cjs') ? 'cjs' : 'esm', codeSplitting: false });
    await bundled.close();
    return pathToFileURL(file);
  }

  /** Where programs of the user are, one of which is called like the index of a package. */
  function newFolder(): string {
    const folder = path.join(temporaryDirectory('bundle'), 'dist');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, '../package.json'), '{ "type": "module" }');
    writeFileSync(path.join(folder, 'index.js'), 'console.log("another program");');
    return folder;
  }

  test.for(['bundle.mjs', 'bundle.cjs', 'main.js', 'index.js'])(
    '%s of a tool that knows no "module", it says what to do',
    async (name) => {
      const ran = await run(await bundleWith(['node', 'import'], path.join(newFolder(), name)));
      expect(ran).toMatchObject({ lines: [], code: 1 });
      expect(ran.stderr).toContain('made by a bundler that does not know the condition "module" of "exports"');
    },
  );
});

test('a package whose files a tool has changed is loaded by Node', async () => {
  const folder = path.join(temporaryDirectory('changed'), 'node_modules/@multiprocess/native');
  cpSync(path.join(root, 'packages/native/dist'), path.join(folder, 'dist'), { recursive: true });
  cpSync(path.join(root, 'packages/native/package.json'), path.join(folder, 'package.json'));
  const index = path.join(folder, 'dist/index.js');
  writeFileSync(index, readFileSync(index, 'utf8').replace(/^\/\/# function=.*$/m, ''));
  const program = path.join(folder, '../../../program.mjs');
  writeFileSync(program, 'import { native } from "@multiprocess/native"; console.log(typeof native);');
  expect(await run(pathToFileURL(program))).toEqual({ lines: ['function'], stderr: '', code: 0 });
});

test.for(['index.js', 'serve.js', 'worker-main.js'])(
  'a module of the user that is called dist/%s is not taken for one of a package, whatever is in it',
  async (name) => {
    const folder = path.join(root, 'test/.cache', `user-${name}`, 'dist');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, '../package.json'), '{ "type": "module" }');
    cpSync(fixture('starts-child.mjs'), path.join(folder, name));
    const ran = await run(pathToFileURL(path.join(folder, name)));
    expect(ran).toEqual({ lines: ['ended with 0'], stderr: '', code: 0 });
  },
);

describe.runIf(isNode && process.platform !== 'win32')('compiled code of a main program', () => {
  const caches = (): string => {
    const directory = path.join(temporaryDirectory('caches'), 'caches');
    mkdirSync(directory, { mode: 0o700 });
    return directory;
  };
  const filesIn = (directory: string): string[] =>
    existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];
  const codeIn = (directory: string): string[] =>
    filesIn(directory)
      .filter((file) => file.endsWith('.bin'))
      .map((file) => path.join(directory, file));
  const environment = (directory: string) => ({ XDG_CACHE_HOME: directory, NODE_V8_COVERAGE: undefined });

  test('is kept, and used by the next', async () => {
    const directory = caches();
    const env = environment(directory);
    const first = await run(fixture('imports-lock.mjs'), { env });
    expect(first).toEqual({ lines: ['true'], stderr: '', code: 0 });
    const kept = codeIn(directory);
    expect(kept).toHaveLength(1);
    expect(await run(fixture('imports-lock.mjs'), { env })).toEqual(first);
    expect(codeIn(directory)).toEqual(kept);
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

  test('of another version of the same format is compiled again', async () => {
    const directory = caches();
    const env = environment(directory);
    await run(fixture('imports-lock.mjs'), { env });
    const [file] = codeIn(directory) as [string];
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('[[')] = 0x7b;
    expect(native().seal(bytes)).toBe(true);
    writeFileSync(file, bytes);
    expect(await run(fixture('imports-lock.mjs'), { env })).toEqual({ lines: ['true'], stderr: '', code: 0 });
    expect(readFileSync(file).equals(bytes)).toBe(false);
  });

  test('is not replaced at each start where a thread has flags of its own', async () => {
    const directory = caches();
    const env = environment(directory);
    await run(fixture('imports-lock.mjs'), { env });
    const before = codeIn(directory).map((file) => [file, statSync(file).mtimeMs]);
    const ran = await run(fixture('thread-without-flags.mjs'), { env, execArgv: ['--no-lazy'] });
    expect(ran).toEqual({ lines: ['true'], stderr: '', code: 0 });
    expect(before.map(([file]) => [file, statSync(file as string).mtimeMs])).toEqual(before);
  });

  test('is kept where the home is open to the group of its user, and by an empty XDG_CACHE_HOME', async () => {
    const home = caches();
    mkdirSync(path.join(home, '.cache'));
    for (const folder of [home, path.join(home, '.cache')]) chmodSync(folder, 0o775);
    await run(fixture('imports-lock.mjs'), { env: { HOME: home, XDG_CACHE_HOME: '', NODE_V8_COVERAGE: undefined } });
    expect(codeIn(path.join(home, '.cache'))).toHaveLength(1);
  });

  test('adds one listener of the end of the process, however often there is something to keep', async () => {
    const ran = await run(fixture('imports-one-by-one.mjs'), { env: environment(caches()) });
    expect(ran).toEqual({ lines: ['1'], stderr: '', code: 0 });
  });
});
