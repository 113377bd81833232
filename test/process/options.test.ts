import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { Process } from '@multiprocess/process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { outputOf, sharedWords, start } from './helpers.js';
import * as targets from './fixtures/targets.mjs';

interface Surroundings {
  argv: string[];
  env: Record<string, string>;
  execArgv: string[];
  cwd: string;
}

const surroundings = (options: object): Promise<Surroundings> =>
  outputOf({ target: targets.writeSurroundings, ...options }) as Promise<Surroundings>;

test('a child has the arguments, directory and environment of its parent', async () => {
  process.env['FROM_PARENT'] = 'yes';
  const { argv, cwd, env } = await surroundings({});
  expect({ argv, cwd, fromParent: env['FROM_PARENT'] }).toEqual({
    argv: process.argv,
    cwd: process.cwd(),
    fromParent: 'yes',
  });
});

test.each([{ cwd: tmpdir() }, { cwd: pathToFileURL(tmpdir()) }])('cwd: %o', async (options) => {
  expect((await surroundings(options)).cwd).toBe(realpathSync(tmpdir()));
});

test('env is all of its environment, but for where shared objects are', async () => {
  const { env } = await surroundings({ env: { ONLY: 'this' } });
  const { MULTIPROCESS_DIR, MULTIPROCESS_NATIVE } = process.env;
  expect(env).toEqual({ ONLY: 'this', MULTIPROCESS_DIR, ...(MULTIPROCESS_NATIVE && { MULTIPROCESS_NATIVE }) });
});

test('with an env of its own it still gets shared objects', async () => {
  const { memory, words } = sharedWords();
  const child = start({ target: targets.workAfterwards, args: [memory], env: {} });
  await child.join();
  expect(words[0]).toBe(1);
});

test('execArgv are arguments for its Node', async () => {
  expect((await surroundings({ execArgv: ['--no-warnings', '--stack-size=900'] })).execArgv).toEqual([
    '--no-warnings',
    '--stack-size=900',
  ]);
});

describe('what the parent was told to run is not run by its children:', () => {
  const script = `
    import('@multiprocess/process').then(async ({ Process }) => {
      const child = new Process({ target: () => console.log('child ' + process.execArgv.join(' ')) });
      child.start();
      await child.join();
      console.log('ended with ' + child.exitCode);
    });`;

  test.each(['-e', '--eval', '--input-type=module -e', '--input-type commonjs -e'])('node %s', async (options) => {
    const program = startChild('../process/fixtures/targets.mjs', {
      execArgv: ['--no-warnings', ...options.split(' '), script],
    });
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.lines).toEqual(['child --no-warnings', 'ended with 0']);
  });
});

describe('stdio', () => {
  test.each([['x'], [-1], [{}]])('with a wrong entry is refused before the start: %o', (entry) => {
    expect(() => new Process({ stdio: ['ignore', entry as never] })).toThrow(/^stdio\[1\] must be 'ignore'.*received/);
  });

  test('may be a stream with a descriptor', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'multiprocess-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = createWriteStream(path.join(directory, 'output'));
    await once(file, 'open');
    const child = start({ target: targets.writeSurroundings, stdio: ['ignore', file, 'inherit'] });
    await child.join();
    file.destroy();
    expect(JSON.parse(readFileSync(file.path, 'utf8'))).toHaveProperty('cwd');
  });

  test('is at its end for input, unless asked otherwise', async () => {
    const child = start({
      target: async () => {
        for await (const chunk of process.stdin) process.exit(chunk === undefined ? 1 : 2);
        process.exit(3);
      },
    });
    await child.join();
    expect(child.exitCode).toBe(3);
    expect([child.stdin, child.stdout, child.stderr]).toEqual([null, null, null]);
  });

  test("'pipe' gives streams", async () => {
    const child = start({
      target: async () => {
        let input = '';
        for await (const chunk of process.stdin.setEncoding('utf8')) input += String(chunk);
        process.stdout.write(input.toUpperCase());
        process.stderr.write('done');
      },
      stdio: 'pipe',
    });
    child.stdin!.end('text');
    expect(await Promise.all([text(child.stdout!), text(child.stderr!)])).toEqual(['TEXT', 'done']);
    await child.join();
    expect(child.exitCode).toBe(0);
  });
});

test('a child is not started under the debugger of its parent', async () => {
  const script = `import('@multiprocess/process').then(async ({ Process }) => {
    const child = new Process({ target: () => console.log(JSON.stringify(process.execArgv)) });
    child.start();
  });`;
  const program = startChild('../process/fixtures/targets.mjs', { execArgv: ['--inspect=127.0.0.1:0', '-e', script] });
  expect(await program.exit).toEqual({ code: 0, signal: null });
  expect(program.lines).toContain('[]');
});
