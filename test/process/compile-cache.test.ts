import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { native } from '@multiprocess/native';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { runtimes } from '../helpers/runtimes.js';
import { temporaryDirectory } from '../helpers/servers/temporary-directory.js';

const cacheOf = (home: string) => join(home, '.cache/multiprocess');

/** The files below a directory, without their folders; none if it does not exist. */
function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

/** Those with the compiled code of this toolkit. */
const packageCode = (home: string) => filesIn(cacheOf(home)).filter((file) => file.endsWith('.bin'));
const contents = (home: string) => new Map(packageCode(home).map((file) => [file, readFileSync(file)]));
const timesOf = (home: string) => packageCode(home).map((file) => [file, statSync(file).mtimeMs]);

/** What a file says of its modules, a line of JSON; the stamp of each is that of its file. */
const headerOf = (bytes: Buffer) => /\[\[.*\]\]\n/.exec(bytes.toString('latin1'))![0].replaceAll(/\d+\]/g, ']');

/** The same compiled code, as if the modules had been in files of other sizes. */
function ofOtherFiles(bytes: Buffer): Buffer {
  const other = Buffer.from(
    bytes.toString('latin1').replaceAll(/(?<=",\[)\d/g, (digit) => `${9 - Number(digit)}`),
    'latin1',
  );
  expect(other.equals(bytes)).toBe(false);
  expect(native().seal(other)).toBe(true);
  return other;
}

/** A home directory of this test's own. */
function newHome(): string {
  const home = join(temporaryDirectory('home'), 'home');
  mkdirSync(home, { mode: 0o700 });
  return home;
}

/** A program that starts a child, which must run as well as ever, whatever became of the cache. */
async function startOne(runtime: string, home: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const surroundings = { HOME: home, XDG_CACHE_HOME: undefined, NODE_V8_COVERAGE: undefined, ...env };
  const program = startChild(new URL('fixtures/starts-one.mjs', import.meta.url), {
    args: [runtime],
    env: surroundings,
  });
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(program.stderr).toBe('');
  expect(program.lines).toEqual(['["\'begun\'"]ended with 0']);
}

describe('compiled code', () => {
  test.for(runtimes)(
    'is kept by a child of runtime $runtime in the cache of the user, for the user alone',
    async ({ runtime }) => {
      const home = newHome();
      await startOne(runtime, home);
      expect(filesIn(cacheOf(home))).not.toEqual([]);
      expect(statSync(cacheOf(home)).mode & 0o777).toBe(0o700);
      await startOne(runtime, home);
    },
  );

  test('XDG_CACHE_HOME chooses the cache of the user', async () => {
    const home = newHome();
    const caches = join(home, 'elsewhere');
    mkdirSync(caches, { mode: 0o700 });
    await startOne('process', home, { XDG_CACHE_HOME: caches });
    expect(filesIn(join(caches, 'multiprocess'))).not.toEqual([]);
    expect(filesIn(cacheOf(home))).toEqual([]);
  });

  test.for([0, 1, 100])('a damaged file in it is not run (its bytes from %i on overwritten)', async (from) => {
    const home = newHome();
    await startOne('process', home);
    for (const file of filesIn(cacheOf(home))) {
      const { size } = statSync(file);
      writeFileSync(file, Buffer.alloc(Math.max(0, size - from), 0xa5), { flag: 'r+' });
    }
    await startOne('process', home);
  });

  test('a byte of a file in it that has changed is noticed', async () => {
    const home = newHome();
    await startOne('process', home);
    for (const file of packageCode(home)) {
      const bytes = readFileSync(file);
      const middle = bytes.length >> 2;
      bytes[middle] = bytes[middle]! ^ 1;
      writeFileSync(file, bytes);
    }
    const damaged = contents(home);
    await startOne('process', home);
    for (const [file, bytes] of contents(home)) expect(bytes.equals(damaged.get(file)!), file).toBe(false);
  });

  test('that is there is used, and not written again', async () => {
    const home = newHome();
    await startOne('process', home);
    const first = timesOf(home);
    expect(first).not.toEqual([]);
    await startOne('process', home);
    expect(timesOf(home)).toEqual(first);
  });

  test('of another file at the same path, as after an update, is replaced', async () => {
    const home = newHome();
    await startOne('process', home);
    const before = contents(home);
    for (const [file, bytes] of before) writeFileSync(file, ofOtherFiles(bytes));
    await startOne('process', home);
    for (const [file, bytes] of contents(home)) expect(headerOf(bytes), file).toBe(headerOf(before.get(file)!));
  });

  test('is whole where several programs write it at once', async () => {
    const home = newHome();
    await Promise.all(Array.from({ length: 4 }, (_, i) => startOne(runtimes[i % runtimes.length]!.runtime, home)));
    const written = filesIn(cacheOf(home)).filter((file) => file.includes('/code-'));
    expect(written.filter((file) => !file.endsWith('.bin'))).toEqual([]);
    const first = timesOf(home);
    await startOne('process', home);
    expect(timesOf(home)).toEqual(first);
  });

  test('that its user made writable for others is not run', async () => {
    const home = newHome();
    await startOne('process', home);
    for (const file of packageCode(home)) chmodSync(file, 0o666);
    await startOne('process', home);
    for (const file of packageCode(home)) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.skipIf(process.getuid?.() !== 0)('of another user is not run', async () => {
    const home = newHome();
    await startOne('process', home);
    for (const file of packageCode(home)) chownSync(file, 12_345, 12_345);
    await startOne('process', home);
    for (const file of packageCode(home)) expect(statSync(file).uid).toBe(0);
  });

  test.skipIf(process.getuid?.() !== 0)('is not kept in a directory of another user', async () => {
    const home = newHome();
    makeDirectory(cacheOf(home), 0o755);
    chownSync(cacheOf(home), 12_345, 12_345);
    await startOne('process', home);
    expect(filesIn(cacheOf(home))).toEqual([]);
  });

  test('a child starts where its directory takes no files', async () => {
    // As on a file system that may only be read, where root can write no more than others.
    const home = newHome();
    makeDirectory(cacheOf(home), 0o700);
    writeFileSync(join(cacheOf(home), `code-${process.version}-${process.arch}`), '');
    await startOne('process', home);
    await startOne('thread', home);
  });

  const others: readonly (readonly [what: string, prepare: (home: string) => void])[] = [
    ['others may write to the directory', (home) => makeDirectory(cacheOf(home), 0o777)],
    ['others may write to the one above', (home) => makeDirectory(join(home, '.cache'), 0o777)],
    ['others may write to the home, and it has no cache', (home) => chmodSync(home, 0o777)],
    [
      'a file is in its place',
      (home) => {
        makeDirectory(join(home, '.cache'), 0o700);
        writeFileSync(cacheOf(home), '');
      },
    ],
  ];
  test.for(others)('none is kept where %s', async ([, prepare]) => {
    const home = newHome();
    prepare(home);
    await startOne('process', home);
    expect(filesIn(cacheOf(home))).toEqual([]);
  });
});

const without: readonly (readonly [what: string, env: NodeJS.ProcessEnv])[] = [
  ['there is no home', { HOME: undefined }],
  ['the home is missing', { HOME: '/nonexistent/home' }],
  ['the home is no absolute path', { HOME: 'home' }],
  ['it is switched off', { NODE_DISABLE_COMPILE_CACHE: '1' }],
];
test.for(without)('a child starts where %s', async ([, env]) => {
  const home = newHome();
  await startOne('process', home, env);
  expect(filesIn(cacheOf(home))).toEqual([]);
});

function makeDirectory(directory: string, mode: number): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, mode);
}
