// What a program starts with, and whom signals reach: the rows of Python's tables that other files do not have.
import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { call, PIPE, run, runSync, STDOUT } from '@multiprocess/subprocess';
import type { OutputTarget } from '@multiprocess/subprocess';
import { kill } from '@multiprocess/signal';
import { allOf, needsNative, open, script } from './helpers.js';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';

const TEXT = { captureOutput: true, encoding: 'utf8' } as const;
const isRoot = process.getuid?.() === 0;

/** The sets of signals in a process's status: blocked, ignored, caught. */
function masksIn(status: string | null): Partial<Record<string, bigint>> {
  const masks: Partial<Record<string, bigint>> = {};
  for (const [, set, mask] of status!.matchAll(/^Sig(Blk|Ign|Cgt):\t(\w+)$/gm)) masks[set!] = BigInt(`0x${mask}`);
  return masks;
}
const bitOf = (name: NodeJS.Signals): bigint => 1n << BigInt(constants.signals[name] - 1);

test('stderr: STDOUT goes to the same place as an inherited stdout', async () => {
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

test('a program called nothing is a TypeError, one with spaces in its name is looked for as a whole', async () => {
  await expect(run([''])).rejects.toThrow(TypeError);
  expect(() => runSync([''])).toThrow(TypeError);
  const name = 'no such program';
  await expect(run([name])).rejects.toThrow(expect.objectContaining({ code: 'ENOENT', path: name }) as Error);
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
    const chosen = process.env.MULTIPROCESS_NATIVE;
    if (chosen === 'off') delete process.env.MULTIPROCESS_NATIVE; // it is what sets signals
    signal('SIGUSR1', SIG_IGN);
    signal('SIGUSR2', () => undefined);
    blockSignals(['SIGWINCH']);
    if (chosen === 'off') process.env.MULTIPROCESS_NATIVE = chosen;
    await call(['cat', '/proc/self/status']);`;
  const { stdout } = await run(script(source), { ...TEXT, cwd: import.meta.dirname });
  expect(masksIn(stdout)).toEqual({ Blk: 0n, Ign: 0n, Cgt: 0n });
});

test('exec* keeps signals ignored, and restores the default action of handled ones', async (context) => {
  needsNative(context, 'exec');
  const source = `
    import { SIG_IGN, signal } from '@multiprocess/signal';
    import { execvp } from '@multiprocess/subprocess';
    signal('SIGUSR1', SIG_IGN);
    signal('SIGUSR2', () => undefined);
    execvp('cat', ['cat', '/proc/self/status']);`;
  const { stdout } = await run(script(source), { ...TEXT, cwd: import.meta.dirname });
  const { Ign, Cgt } = masksIn(stdout);
  expect(Ign! & bitOf('SIGUSR1')).not.toBe(0n);
  expect([Ign! & bitOf('SIGUSR2'), Cgt]).toEqual([0n, 0n]);
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
});

test('output after the program’s end arrives until the last process has closed the pipe', async () => {
  const args = [
    'sh',
    '-c',
    '(while [ -d /proc/$$ ] && ! grep -q "State:.Z" /proc/$$/status; do sleep 0.01; done; echo late) & echo early',
  ];
  const shell = open(args, { stdout: PIPE, encoding: 'utf8' });
  expect(await shell.wait()).toBe(0);
  expect((await allOf(shell.lines())).sort()).toEqual(['early', 'late']);
});
