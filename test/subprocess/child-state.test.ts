// What a program starts with, and whom signals reach: the rows of Python's tables that other files do not have.
import { expect, test } from 'vitest';
import { PIPE, STDOUT, call, run, runSync } from '@multiprocess/subprocess';
import type { OutputTarget } from '@multiprocess/subprocess';
import { kill } from '@multiprocess/signal';
import { allOf, isRunning, open, script } from './helpers.js';
import { until } from '../helpers/until.js';

const TEXT = { captureOutput: true, encoding: 'utf8' } as const;
const isRoot = process.getuid?.() === 0;

test('stderr: STDOUT goes to where an inherited stdout goes', async () => {
  const source = `
    import { STDOUT, call, callSync } from '@multiprocess/subprocess';
    await call(['sh', '-c', 'echo one >&2'], { stderr: STDOUT });
    callSync(['sh', '-c', 'echo two >&2'], { stderr: STDOUT });`;
  const { stdout, stderr } = await run(script(source), { ...TEXT, cwd: import.meta.dirname });
  expect([stdout, stderr]).toEqual(['one\ntwo\n', '']);
});

test.each(['stdin', 'stdout'])('%s: STDOUT is a TypeError', async (name) => {
  const options = { [name]: STDOUT as OutputTarget };
  await expect(call(['true'], options)).rejects.toThrow(TypeError);
});

test.each(['', 'no such program, but with spaces'])('a program called %j is not there', async (name) => {
  const error = expect.objectContaining({ code: 'ENOENT', path: name }) as Error;
  await expect(run([name])).rejects.toThrow(error);
  expect(() => runSync([name])).toThrow(error);
});

test.skipIf(!isRoot)('user and group are the program’s', async () => {
  const options = { ...TEXT, user: 65534, group: 65533 };
  expect((await run(['sh', '-c', 'id -u; id -g'], options)).stdout).toBe('65534\n65533\n');
  expect(runSync(['sh', '-c', 'id -u; id -g'], options).stdout).toBe('65534\n65533\n');
});

test('a program starts with no signal blocked or handled, whatever is set here', async () => {
  const source = `
    import { SIG_IGN, blockSignals, signal } from '@multiprocess/signal';
    import { call } from '@multiprocess/subprocess';
    signal('SIGUSR1', SIG_IGN);
    signal('SIGUSR2', () => undefined);
    blockSignals(['SIGWINCH']);
    await call(['grep', '-E', 'Sig(Blk|Ign|Cgt)', '/proc/self/status']);`;
  const { stdout } = await run(script(source), { ...TEXT, cwd: import.meta.dirname });
  expect(stdout).toBe(['SigBlk', 'SigIgn', 'SigCgt'].map((name) => `${name}:\t${'0'.repeat(16)}\n`).join(''));
});

test('exec* keeps what is ignored, and gives what was handled its default action', async () => {
  const source = `
    import { SIG_IGN, signal } from '@multiprocess/signal';
    import { execvp } from '@multiprocess/subprocess';
    signal('SIGUSR1', SIG_IGN);
    signal('SIGUSR2', () => undefined);
    execvp('grep', ['grep', '-E', 'Sig(Ign|Cgt)', '/proc/self/status']);`;
  const { stdout } = await run(script(source), { ...TEXT, cwd: import.meta.dirname });
  const masks = [...stdout!.matchAll(/:\t(\w+)/g)].map(([, mask]) => BigInt(`0x${mask}`));
  expect(masks).toEqual([1n << 9n, 0n]); // SIGUSR1 is 10
});

test('kill() of −N reaches the whole group N, and no other', async () => {
  const leader = open(['sh', '-c', 'sleep 1000 & echo $!; wait'], {
    stdout: PIPE,
    encoding: 'utf8',
    startNewSession: true,
  });
  const { value } = await leader.lines().next();
  const member = Number(value);
  kill(-leader.pid, 0);
  kill(-leader.pid, 'SIGTERM');
  expect(await leader.wait()).toBe(-15);
  await until(() => !isRunning(member));
  expect(() => {
    kill(-leader.pid, 0);
  }).toThrow(expect.objectContaining({ code: 'ESRCH' }) as Error);
});

test('what a program writes behind its own end comes until the last one who has the pipe closes it', async () => {
  const args = [
    'sh',
    '-c',
    '(while [ -d /proc/$$ ] && ! grep -q "State:.Z" /proc/$$/status; do sleep 0.01; done; echo late) & echo early',
  ];
  const shell = open(args, { stdout: PIPE, encoding: 'utf8' });
  expect(await shell.wait()).toBe(0);
  expect((await allOf(shell.lines())).sort()).toEqual(['early', 'late']);
});
