import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { root } from '../tools/run.mjs';

const WAYS = new URL('fixtures/ways/', import.meta.url);
const EVERYTHING = new URL('everything.mjs', WAYS);
const major = Number(process.versions.node.split('.')[0]);

const all = { lock: 'works', process: 'works', thread: 'works', pool: 'works' };
/** Each error has a code and says what to do. */
const none = (message: RegExp) => expect.stringMatching(message) as string;

const PERMISSION = major >= 24 ? '--permission' : '--experimental-permission';
const READ = '--allow-fs-read=*';
const WRITE = '--allow-fs-write=/dev/shm/*';
const [ADDONS, CHILD, WORKER] = ['--allow-addons', '--allow-child-process', '--allow-worker'];

const noAddons = none(/^ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM: .*--allow-addons/);
const noDirectory = none(/^ERR_MULTIPROCESS_SYSTEM: .*--allow-fs-write/);
const noStart = none(/^ERR_MULTIPROCESS_PROCESS_START: .*--allow-child-process and --allow-worker/);

/** A way to run the program, as the guide names it, and what works. */
const PROGRAM_WAYS: readonly {
  readonly way: string;
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly outcome: Readonly<Record<keyof typeof all, unknown>>;
}[] = [
  { way: '`--frozen-intrinsics`', execArgv: ['--frozen-intrinsics'], outcome: all },
  { way: '`--disable-proto=delete`', execArgv: ['--disable-proto=delete'], outcome: all },
  { way: '`--disable-proto=throw`', execArgv: ['--disable-proto=throw'], outcome: all },
  { way: '`--jitless`', execArgv: ['--jitless'], outcome: all },
  {
    way: '`NODE_OPTIONS=--import=…` with hooks of a loader',
    env: { NODE_OPTIONS: `--import=${new URL('loader.mjs', WAYS).href}` },
    outcome: all,
  },
  { way: '`NODE_OPTIONS=--inspect=0`', env: { NODE_OPTIONS: '--inspect=0' }, outcome: all },
  {
    way: '`--permission`, with `--allow-addons`, `--allow-child-process`, `--allow-worker`, `--allow-fs-read=*`, `--allow-fs-write=/dev/shm/*`',
    execArgv: [PERMISSION, ADDONS, CHILD, WORKER, READ, WRITE],
    outcome: all,
  },
  {
    way: 'the same without `--allow-worker`',
    execArgv: [PERMISSION, ADDONS, CHILD, READ, WRITE],
    outcome: { ...all, thread: noStart },
  },
  {
    way: 'the same without `--allow-child-process`',
    execArgv: [PERMISSION, ADDONS, WORKER, READ, WRITE],
    outcome: { ...all, process: noStart, pool: noStart },
  },
  {
    way: 'the same without `--allow-fs-write=/dev/shm/*`',
    execArgv: [PERMISSION, ADDONS, CHILD, WORKER, READ],
    outcome: { lock: noDirectory, process: noDirectory, thread: noDirectory, pool: noDirectory },
  },
  {
    way: 'the same without `--allow-addons`',
    execArgv: [PERMISSION, CHILD, WORKER, READ, WRITE],
    outcome: { lock: 'works', process: noAddons, thread: noAddons, pool: noAddons },
  },
];

/** What the guide's table says, cell by cell. */
const guide = readFileSync(path.join(root, 'docs/guide/runtimes.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|')[1]!.trim());

describe('a program that is run by', () => {
  test.each(PROGRAM_WAYS)('$way', async ({ way, execArgv = [], env = {}, outcome }) => {
    expect(guide).toContain(way);
    const main = startChild(EVERYTHING, { execArgv: ['--no-warnings', ...execArgv], env });
    expect(JSON.parse(await main.line(/^\{/))).toEqual(outcome);
    expect(await main.exit).toEqual({ code: 0, signal: null });
  });

  test('`--watch`', async () => {
    expect(guide).toContain('`--watch`');
    const main = startChild(EVERYTHING, { execArgv: ['--no-warnings', '--watch'] });
    expect(JSON.parse(await main.line(/^\{/))).toEqual(all);
    await main.kill(); // the program itself is at its end
  });

  test('`--test`', async () => {
    expect(guide).toContain('`--test`');
    const main = startChild(new URL('suite.mjs', WAYS), { execArgv: ['--no-warnings', '--test'] });
    expect(await main.exit).toEqual({ code: 0, signal: null });
  });
});

describe('code in no file runs functions in children, and learns what cannot be found there,', () => {
  const code = fileURLToPath(new URL('typed-in.cjs', WAYS));
  const source = readFileSync(code, 'utf8');
  const outcome = {
    isMainProcess: true,
    arrow: 'arrow',
    named: 'named',
    closure: none(/^outside is not defined: .* was sent as its source.*Pass outside as an argument/),
    task: none(/^ERR_MULTIPROCESS_PROCESS_START: .* could not import the module of its target, file:.*\[eval1\]/),
  };
  const node = (args: readonly string[]) => startChild(code, { executable: process.execPath, args });

  test.each([
    { way: '`-e`', execArgv: ['-e', source] },
    { way: '`--input-type=module -e`', execArgv: ['--input-type=module', '-e', source] },
  ])('by $way', async ({ way, execArgv }) => {
    expect(guide).toContain(way);
    expect(JSON.parse(await node(execArgv).line(/^\{/))).toEqual(outcome);
  });

  test.each([
    { way: 'standard input', execArgv: [] },
    { way: 'the REPL', execArgv: ['-i'] },
  ])('by $way', async ({ way, execArgv }) => {
    expect(guide).toContain(way);
    const main = node(execArgv);
    main.say(source);
    if (execArgv.length === 0) main.end(); // the REPL takes the end for a wish to leave
    expect(JSON.parse((await main.line(/\{"isMain/)).replace(/^[^{]*/, ''))).toEqual(outcome);
  });
});
