import { fileURLToPath } from 'node:url';
import { Lock } from '@multiprocess/sync';
import { beforeEach, describe, expect, test } from 'vitest';
import { abort, execv, execve, execvp, execvpe, PIPE, run } from '@multiprocess/subprocess';
import { markKilled } from '../helpers/segment-directory.js';
import { needsNative, open, script } from './helpers.js';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const become = async (name: string, args: unknown[], env?: NodeJS.ProcessEnv) =>
  run([process.execPath, fixture('exec.mjs'), name, JSON.stringify(args)], {
    captureOutput: true,
    encoding: 'utf8',
    ...(env && { env: { ...process.env, ...env } }),
  });
const PRINT = 'echo "$0 $1 A=$A"';

describe('exec*', () => {
  beforeEach((context) => {
    needsNative(context, 'exec');
  });

  const A = { A: 'given', PATH: process.env['PATH'] };
  test.each([
    ['execv', ['/bin/sh', ['name', '-c', PRINT, 'zero', 'one']], 'zero one A=own\n'],
    ['execve', ['/bin/sh', ['name', '-c', PRINT, 'zero', 'one'], A], 'zero one A=given\n'],
    ['execvp', ['sh', ['name', '-c', PRINT, 'zero', 'one']], 'zero one A=own\n'],
    ['execvpe', ['sh', ['name', '-c', PRINT, 'zero', 'one'], A], 'zero one A=given\n'],
    ['execl', ['/bin/sh', 'name', '-c', PRINT, 'zero', 'one'], 'zero one A=own\n'],
    ['execle', ['/bin/sh', 'name', '-c', PRINT, 'zero', 'one', A], 'zero one A=given\n'],
    ['execlp', ['sh', 'name', '-c', PRINT, 'zero', 'one'], 'zero one A=own\n'],
    ['execlpe', ['sh', 'name', '-c', PRINT, 'zero', 'one', A], 'zero one A=given\n'],
  ])('%s becomes the program', async (name, args, expected) => {
    expect({ ...(await become(name, args, { A: 'own' })) }).toMatchObject({
      returncode: 0,
      stdout: expected,
      stderr: '',
    });
  });

  test('the process stays the same, and its status is the new program’s', async () => {
    const child = open([process.execPath, fixture('exec.mjs'), 'execl', '["/bin/sh","sh","-c","echo $$; exit 6"]'], {
      stdout: PIPE,
      encoding: 'utf8',
    });
    const { stdout } = await child.communicate();
    expect([stdout, child.returncode]).toEqual([`${child.pid}\n`, 6]);
  });

  test('SIGPIPE has its default action again, and nothing is open but the standard streams', async () => {
    const show = 'grep SigIgn /proc/$$/status; ls /proc/$$/fd';
    const { stdout } = await become('execl', ['/bin/sh', 'sh', '-c', show]);
    expect(stdout).toMatch(/^SigIgn:\t.*\n0\n1\n2\n$/);
    const ignored = BigInt(`0x${stdout.slice('SigIgn:\t'.length, stdout.indexOf('\n'))}`);
    expect(ignored & (1n << 12n)).toBe(0n);
  });

  test.each([
    ['execv', ['/no/such/program', ['x']], 'ENOENT /no/such/program'],
    ['execvp', ['no-such-program', ['x']], 'ENOENT no-such-program'],
    ['execv', ['/etc/passwd', ['x']], 'EACCES /etc/passwd'],
    ['execv', ['/', ['x']], 'EACCES /'],
    ['execvpe', ['sh', ['x'], { PATH: '/nowhere' }], 'ENOENT sh'],
  ])('%s %j fails with its code and path, and the program goes on', async (name, args, expected) => {
    expect((await become(name, args)).stdout).toBe(`${expected}\nexit listener\n`);
  });

  test.each([
    ['execv', ['/bin/sh', []]],
    ['execv', ['/bin/sh', [5]]],
    ['execl', ['/bin/sh']],
    ['execle', ['/bin/sh', 'sh']],
  ])('%s %j is refused', async (name, args) => {
    expect((await become(name, args)).stdout).toBe('undefined undefined\nexit listener\n');
  });

  test('shared objects are closed first: the new program has none, and a lock held is taken over', async () => {
    const name = `exec-${process.pid}`;
    const lock = new Lock({ name });
    const child = open([process.execPath, fixture('exec-with-lock.mjs'), name], { stdin: PIPE, stdout: PIPE });
    const lines = child.lines();
    expect((await lines.next()).value).toBe(`pid ${child.pid}`);
    expect((await lines.next()).value).toBe(`shell ${child.pid}`);
    expect((await lines.next()).value).toBe('0');
    for (const fd of ['0', '1', '2']) expect((await lines.next()).value).toBe(fd);
    expect(lock.acquireSync()).toBe(true);
    expect(lock.ownerDied).toBe(true);
    lock.release();
    lock.close();
    child.stdin?.end();
    expect(await child.wait()).toBeGreaterThanOrEqual(0);
  });
});

const ending = (what: string) =>
  script(`
  import { _exit, abort } from '@multiprocess/subprocess';
  process.on('exit', () => console.log('exit listener'));
  process.on('SIGABRT', () => console.log('handler'));
  try { ${what} } finally { console.log('finally'); }`);

test.for([
  ['_exit(7)', 7],
  ['_exit(256 + 3)', 3],
  ['_exit(-1)', 255],
  ['abort()', -6],
] as const)('%s ends at once with %i: no listener, no handler, no finally', async ([what, expected], context) => {
  if (what === 'abort()') needsNative(context, 'traces');
  markKilled();
  const done = await run(ending(what), { captureOutput: true, encoding: 'utf8', cwd: import.meta.dirname });
  expect({ ...done }).toMatchObject({ returncode: expected, stdout: '', stderr: '' });
});

test('_exit() of a fraction is a RangeError', async () => {
  const { stderr } = await run(ending('_exit(1.5)'), {
    captureOutput: true,
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  expect(stderr).toMatch(/RangeError: status must be a whole number .*, received 1.5/);
  expect(abort).toBeInstanceOf(Function);
});

test('exec*() throws a TypeError for a wrong program, argument or environment, and changes nothing', () => {
  expect(() => execvp(undefined as never, ['x'])).toThrow('strings without NUL, received undefined');
  expect(() => execv('/bin/true', ['true', undefined as never])).toThrow('received undefined');
  expect(() => execve('/bin/true', ['true'], null as never)).toThrow('like process.env, received null');
  expect(() => execvpe('true', ['true'], undefined as never)).toThrow(TypeError);
});
