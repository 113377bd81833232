// What differs where there is no native part. All else is in without-native.test.ts.
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { UnsupportedPlatformError } from '@multiprocess/shared-memory';
import { execv, execvpe, PIPE, Popen, run, STDOUT } from '@multiprocess/subprocess';
import { expect, test, vi } from 'vitest';
import { until } from '../helpers/until.js';
import { open, script } from './helpers.js';

vi.hoisted(() => {
  process.env['MULTIPROCESS_NATIVE'] = 'off';
});

const TEXT = { stdout: PIPE, encoding: 'utf8' } as const;
const here = `there is none for ${process.platform} ${process.arch} here`;

const errorOf = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('exec*() is an UnsupportedPlatformError that says what to do, and the program goes on', () => {
  for (const attempt of [() => execv('/bin/true', ['true']), () => execvpe('true', ['true'], process.env)]) {
    const error = errorOf(attempt);
    expect(error).toBeInstanceOf(UnsupportedPlatformError);
    expect((error as Error).message).toMatch(/^Becoming \/\S+\/true needs the native part of @multiprocess\/native/);
    expect((error as Error).message).toContain(`${here}: start it by run(), and end with its returncode`);
  }
});

test('waitSync() and using do not block: an UnsupportedPlatformError says what to do, and the program goes on', async () => {
  const child = open(['cat'], { stdin: PIPE });
  for (const attempt of [() => child.waitSync(), () => child.waitSync({ timeout: 1000 })]) {
    const error = errorOf(attempt);
    expect(error).toBeInstanceOf(UnsupportedPlatformError);
    expect((error as Error).message).toContain(`${here}: await wait(), or use runSync()`);
  }
  expect(child.poll()).toBeNull();
  expect(() => {
    child[Symbol.dispose]();
  }).toThrow(UnsupportedPlatformError);
  expect(await child.wait()).toBe(0); // its input was closed
  expect(child.waitSync()).toBe(0);
});

test('poll() sees the end when the event loop has run', async () => {
  const child = open(['true']);
  await until(() => child.poll() !== null);
  expect(child.returncode).toBe(0);
});

test.each(['_exit(0)', 'abort()'])('%s is the main thread’s: an error in others', async (what) => {
  const source = `import('@multiprocess/subprocess').then(({ _exit, abort }) => ${what})`;
  const worker = new Worker(source, { eval: true, execArgv: [] });
  const error = await new Promise((resolve) => worker.once('error', resolve));
  expect(error).toMatchObject({ code: 'ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM' });
  expect((error as Error).message).toMatch(/call it in the main thread$/);
});

test('pipes that are not used do not keep the event loop alive after unref()', async () => {
  const source = `
    import { PIPE, Popen } from '@multiprocess/subprocess';
    console.log(new Popen(['sleep', '1000'], { stdin: PIPE, stdout: PIPE }).unref().pid);`;
  const { stdout } = await open(script(source), { ...TEXT, cwd: import.meta.dirname }).communicate();
  expect(process.kill(Number(stdout), 'SIGKILL')).toBe(true);
});

test('a stream that was taken before the end and not read has all output after it', async () => {
  const child = open(['head', '-c', '50000', '/dev/zero'], { stdout: PIPE });
  const stdout = child.stdout!;
  await child.wait();
  await new Promise(setImmediate); // Node throws away by then what is in its own streams
  expect(await text(stdout)).toHaveLength(50_000);
});

test('both outputs in one pipe are in their order, and a program that is not there is an error of the start', async () => {
  const both = { ...TEXT, stderr: STDOUT } as const;
  expect((await open(['sh', '-c', 'echo a; echo b >&2; echo c'], both).communicate()).stdout).toBe('a\nb\nc\n');
  expect(() => new Popen(['no-such-program'], both)).toThrow(expect.objectContaining({ code: 'ENOENT' }) as Error);
  await expect(run('exit 3', { ...both, shell: true })).resolves.toMatchObject({ returncode: 3 });
});
