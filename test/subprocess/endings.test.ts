import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PIPE, run, runSync, STDOUT, TimeoutExpired } from '@multiprocess/subprocess';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';
import { open, script } from './helpers.js';

/** Says that it is ready, and on SIGTERM what it has done; or ignores that. */
const tidy = script(`
  process.on('SIGTERM', () => { console.log('tidied up'); process.exit(3); });
  console.log('ready');
  setInterval(() => {}, 1000);
`);
const stubborn = script(`
  process.on('SIGTERM', () => console.log('no'));
  console.log('ready', process.pid);
  setInterval(() => {}, 1000);
`);

/** The error of a time-out after which the output is as expected, on whatever machine. */
async function expired(args: string[], killAfter: number, output: RegExp): Promise<TimeoutExpired> {
  for (let timeout = 300; ; timeout *= 2) {
    const options = { timeout, killAfter, captureOutput: true, encoding: 'utf8' } as const;
    const error: unknown = await run(args, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TimeoutExpired);
    if (output.test(String((error as TimeoutExpired).stdout))) return error as TimeoutExpired;
  }
}

describe('killAfter', () => {
  test('gives a program that is out of time SIGTERM first, and its last output is in the error', async () => {
    expect((await expired(tidy, 600_000, /tidied/)).stdout).toBe('ready\ntidied up\n');
  });

  test('kills a program that ignores SIGTERM', async () => {
    const { stdout } = await expired(stubborn, 30, /ready \d+\nno/);
    const pid = Number(/ready (\d+)/.exec(String(stdout))![1]);
    expect(isRunning(pid)).toBe(false);
  });

  test('holds for an abort of a Popen, and one of run()', async () => {
    const controller = new AbortController();
    const program = open(tidy, { stdout: PIPE, signal: controller.signal, killAfter: 600_000 });
    const lines = program.lines();
    expect((await lines.next()).value).toBe('ready');
    controller.abort();
    expect((await lines.next()).value).toBe('tidied up');
    expect(await program.wait()).toBe(3);

    const other = new AbortController();
    const words = script(`
      process.on('SIGTERM', () => process.exit(0));
      setInterval(() => {}, 1000);
    `);
    const aborted = run(words, { signal: other.signal, killAfter: 600_000 });
    setImmediate(() => {
      other.abort(new Error('enough'));
    });
    await expect(aborted).rejects.toThrow('enough');
  });

  test('of a Popen whose abort is ignored ends in SIGKILL', async () => {
    const controller = new AbortController();
    const program = open(stubborn, { stdout: PIPE, signal: controller.signal, killAfter: 20 });
    expect((await program.lines().next()).value).toMatch(/ready/);
    controller.abort();
    expect(await program.wait()).toBe(-9);
  });

  test('is for calls that are awaited', () => {
    expect(() => runSync('true', { killAfter: 10 } as never)).toThrow(
      new TypeError('killAfter needs an event loop for its second signal: use run()'),
    );
  });
});

describe('preferLocal', () => {
  /** A folder with a package's program, and a folder in it. */
  function project(): { root: string; inner: string } {
    const root = mkdtempSync(path.join(tmpdir(), 'local-'));
    onTestFinished(() => {
      rmSync(root, { recursive: true });
    });
    const inner = path.join(root, 'deep', 'er');
    const bin = path.join(root, 'node_modules', '.bin');
    mkdirSync(inner, { recursive: true });
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, 'greet-local'), '#!/bin/sh\necho hello $1\n', { mode: 0o755 });
    writeFileSync(path.join(bin, 'true'), '#!/bin/sh\necho mine\n', { mode: 0o755 });
    return { root, inner };
  }
  const text = { captureOutput: true, encoding: 'utf8' } as const;

  test('finds the programs of packages, from the working directory upwards, before others', async () => {
    const { root, inner } = project();
    for (const cwd of [root, inner, pathToFileURL(inner)]) {
      const options = { ...text, preferLocal: true, cwd };
      expect((await run(['greet-local', 'Bob'], options)).stdout).toBe('hello Bob\n');
      expect(runSync(['greet-local', 'Bob'], options).stdout).toBe('hello Bob\n');
      expect((await run('true', options)).stdout).toBe('mine\n');
      expect((await run('greet-local x', { ...options, shell: true })).stdout).toBe('hello x\n');
    }
  });

  test('goes on in the PATH of env', async () => {
    const { root } = project();
    const options = { ...text, preferLocal: true, cwd: root, env: { PATH: '/usr/bin:/bin' } };
    expect((await run(['sh', '-c', 'echo found'], options)).stdout).toBe('found\n');
    expect((await run(['sh', '-c', 'echo ${PATH##*.bin:}'], options)).stdout).toBe('/usr/bin:/bin\n');
  });

  test('is off by default', async () => {
    const { root } = project();
    await expect(run('greet-local', { cwd: root })).rejects.toHaveProperty('code', 'ENOENT');
  });
});

describe('pipe()', () => {
  test('connects programs: the output of each is the input of the next', async () => {
    const words = open(['printf', 'b\\na\\nb\\n'], { stdout: PIPE });
    const last = words.pipe(['sort'], { stdout: PIPE }).pipe(['uniq', '-c'], { stdout: PIPE, encoding: 'utf8' });
    const { stdout } = await last.communicate();
    expect(stdout!.trim().split(/\s+/)).toEqual(['1', 'a', '2', 'b']);
    expect(await words.wait()).toBe(0);
  });

  test('carries more than a pipe holds', async () => {
    const source = open(script("process.stdout.write('x'.repeat(1e6))"), { stdout: PIPE });
    const count = source.pipe(['wc', '-c'], { stdout: PIPE, encoding: 'utf8' });
    expect((await count.communicate()).stdout!.trim()).toBe('1000000');
  });

  test('ends a program that writes without end, once its reader has ended', async () => {
    const yes = open(['yes'], { stdout: PIPE });
    const head = yes.pipe(['head', '-n', '2'], { stdout: PIPE, encoding: 'utf8' });
    expect((await head.communicate()).stdout).toBe('y\ny\n');
    expect(await yes.wait()).not.toBe(0);
  });

  test('ends the reader when the program before it is killed', async () => {
    const source = open(script("console.log('begun'); setInterval(() => {}, 1000)"), { stdout: PIPE });
    const reader = source.pipe(['cat'], { stdout: PIPE, encoding: 'utf8' });
    const lines = reader.lines();
    expect((await lines.next()).value).toBe('begun');
    source.kill();
    expect(await lines.next()).toEqual({ done: true, value: undefined });
    expect(await reader.wait()).toBe(0);
  });

  test('takes a merged output, and leaves the status of each program to it', async () => {
    const failing = open('echo out; echo err >&2; exit 4', { shell: true, stdout: PIPE, stderr: STDOUT });
    const reader = failing.pipe('cat', { stdout: PIPE, encoding: 'utf8' });
    expect((await reader.communicate()).stdout).toBe('out\nerr\n');
    expect([await failing.wait(), await reader.wait()]).toEqual([4, 0]);
  });

  test('needs an output, and decides the input', () => {
    expect(() => open('true').pipe('cat')).toThrow('There is no output to pipe: give this Popen stdout: PIPE');
    expect(() => open('true', { stdout: PIPE }).pipe(open('cat') as never)).toThrow(
      /give it the command, received a Popen/,
    );
    const source = open('true', { stdout: PIPE });
    expect(() => source.pipe('cat', { stdin: PIPE } as never)).toThrow(
      /stdin must be left out, as pipe\(\) decides it/,
    );
    expect(() => source.pipe('no-such-program')).toThrow(/ENOENT/);
  });
});

test('a program that is out of time ends all it has started, also with killAfter', async () => {
  const parent = script(`
    import { spawn } from 'node:child_process';
    process.on('SIGTERM', () => process.exit(0));
    const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')"]);
    child.stdout.once('data', () => console.log(child.pid));
  `);
  for (let timeout = 500; ; timeout *= 2) {
    const options = { timeout, killAfter: 50, killTree: true, captureOutput: true, encoding: 'utf8' } as const;
    const error: unknown = await run(parent, options).catch((reason: unknown) => reason);
    const pid = Number((error as TimeoutExpired).stdout);
    if (pid === 0) continue;
    await until(() => !isRunning(pid));
    break;
  }
});
