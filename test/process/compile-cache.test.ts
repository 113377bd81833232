import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { join } from 'node:path';
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

describe.skipIf(!('enableCompileCache' in nodeModule))('on a Node that keeps compiled code', () => {
  test.for(runtimes)(
    'a child of runtime $runtime keeps it in the cache of the user, for the user alone',
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
