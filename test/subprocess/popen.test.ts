import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import {
  DEVNULL,
  OutputLimitError,
  PIPE,
  popen,
  Popen,
  STDOUT,
  system,
  systemSync,
  TimeoutExpired,
} from '@multiprocess/subprocess';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';
import { allOf, needsNative, open, openPipes, script } from './helpers.js';

const TEXT = { stdout: PIPE, encoding: 'utf8' } as const;

function temporaryFile(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'multiprocess-test-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  return path.join(directory, 'file');
}

test('pid and args are there at once, returncode once the end was seen', async () => {
  const child = open(['sh', '-c', 'read line; exit 5'], { stdin: PIPE });
  expect([child.args, child.returncode, child.poll()]).toEqual([['sh', '-c', 'read line; exit 5'], null, null]);
  expect(isRunning(child.pid)).toBe(true);
  child.stdin?.write('go\n');
  expect(await child.wait()).toBe(5);
  expect([child.poll(), child.returncode]).toEqual([5, 5]);
});

test('poll() sees the end also where the event loop never gets a turn', (context) => {
  needsNative(context, 'blocking');
  const child = open(['true']);
  while (child.poll() === null);
  expect(child.returncode).toBe(0);
});

test('wait() may be called by many, and again; waitSync() then has the status, too', async () => {
  const child = open(['sh', '-c', 'exit 7']);
  expect(await Promise.all([child.wait(), child.wait()])).toEqual([7, 7]);
  expect(await child.wait()).toBe(7);
  expect(child.waitSync({ timeout: 0 })).toBe(7);
  expect(child.waitSync()).toBe(7);
});

test('waitSync() blocks until the end', async (context) => {
  needsNative(context, 'blocking');
  const child = open(['sh', '-c', 'exit 7']);
  expect(child.waitSync()).toBe(7);
  expect(await child.wait()).toBe(7);
});

test('wait() throws TimeoutExpired, and the program goes on', async () => {
  const child = open(['sleep', '1000']);
  await expect(child.wait({ timeout: 20 })).rejects.toMatchObject({
    name: 'TimeoutExpired',
    timeout: 20,
    cmd: ['sleep', '1000'],
  });
  expect(() => child.waitSync({ block: false })).toThrow(TimeoutExpired);
  await expect(child.wait({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  expect(isRunning(child.pid)).toBe(true);
});

test('waitSync() throws TimeoutExpired, and the program goes on', (context) => {
  needsNative(context, 'blocking');
  const child = open(['sleep', '1000']);
  expect(() => child.waitSync({ timeout: 20 })).toThrow(TimeoutExpired);
  expect(isRunning(child.pid)).toBe(true);
});

test('a program that is stopped has not ended', async () => {
  const child = open(['sleep', '1000']);
  child.sendSignal('SIGSTOP');
  await expect(child.wait({ timeout: 50 })).rejects.toThrow(TimeoutExpired);
  expect(child.poll()).toBeNull();
});

test('several that end while the event loop is busy are all waited for with their status', async (context) => {
  needsNative(context, 'blocking');
  const children = [1, 2, 3, 4].map((n) => open(['sh', '-c', `exit ${n}`]));
  const waits = children.map(async (child) => child.wait());
  for (const child of children) while (child.poll() === null);
  expect(await Promise.all(waits)).toEqual([1, 2, 3, 4]);
});

test('what was written can be read after wait(), as the tutorial does', async () => {
  const child = open(['echo', 'still here'], TEXT);
  await child.wait();
  await delay(20); // Node discards unread output by then, in pipes that are its own
  expect(await text(child.stdout!)).toBe('still here\n');
});

test('communicate() writes, closes and reads both, though each side would fill its pipe', async () => {
  const child = open(script('process.stdin.pipe(process.stdout); process.stderr.write("e".repeat(300_000))'), {
    stdin: PIPE,
    stdout: PIPE,
    stderr: PIPE,
    encoding: 'utf8',
  });
  const input = 'i'.repeat(3_000_000);
  const { stdout, stderr } = await child.communicate(input);
  expect([stdout?.length, stderr?.length, child.returncode]).toEqual([3_000_000, 300_000, 0]);
});

test('64 MiB go through communicate() both ways at once', async () => {
  const input = Buffer.alloc(64 << 20, 'multiprocess ');
  const child = open(['cat'], { stdin: PIPE, stdout: PIPE });
  const { stdout } = await child.communicate(input);
  expect(stdout?.equals(input)).toBe(true);
});

test('communicate() again after a timeout goes on, also with input that was not written yet, and loses nothing', async () => {
  const slow = 'process.stdin.pause(); setTimeout(() => process.stdin.pipe(process.stdout), 500); console.log("begun")';
  const child = open(script(slow), { stdin: PIPE, stdout: PIPE, encoding: 'utf8' });
  const input = 'x'.repeat(1_000_000);
  const error = (await child.communicate(input, { timeout: 250 }).catch((error: unknown) => error)) as TimeoutExpired;
  expect(error).toBeInstanceOf(TimeoutExpired);
  await expect(child.communicate('more')).rejects.toThrow(/given with the first call/);
  const { stdout } = await child.communicate();
  expect(stdout).toBe(`begun\n${input}`);
  expect(await child.communicate()).toEqual({ stdout, stderr: null });
});

test('communicate() gives null for a stream that is not PIPE, and refuses input without a pipe', async () => {
  const child = open(['true'], { stdout: DEVNULL });
  await expect(child.communicate('input')).rejects.toThrow(/stdin is not PIPE/);
  expect(await child.communicate()).toEqual({ stdout: null, stderr: null });
});

test('communicate() with more than maxBuffer rejects, now and later, and the program goes on', async () => {
  const child = open(script('console.log("x".repeat(1000)); setInterval(() => {}, 1000)'), { ...TEXT, maxBuffer: 100 });
  await expect(child.communicate()).rejects.toThrow(OutputLimitError);
  await expect(child.communicate()).rejects.toThrow(/more than maxBuffer, 100 bytes/);
  expect(child.poll()).toBeNull();
});

test('communicate() waits for a grandchild that holds the pipe; after a timeout kill() ends that too', async () => {
  const child = open('sleep 1000 & echo $!', { ...TEXT, shell: true });
  expect(await child.wait()).toBe(0);
  const error = (await child
    .communicate(undefined, { timeout: 1000 })
    .catch((error: unknown) => error)) as TimeoutExpired;
  const grandchild = Number(error.stdout);
  expect(isRunning(grandchild)).toBe(true);
  child.kill();
  expect(await child.communicate()).toEqual({ stdout: `${grandchild}\n`, stderr: null });
});

test('terminate() of a shell ends what it has started; without killTree it is only the shell', async () => {
  const cmd = 'sleep 1000 & echo $!; wait';
  for (const killTree of [true, false]) {
    const child = open(cmd, { ...TEXT, shell: true, killTree });
    const { value } = await child.lines().next();
    child.terminate();
    expect(await child.wait()).toBe(-15);
    if (killTree) await until(() => !isRunning(Number(value)));
    else expect(process.kill(Number(value), 'SIGKILL')).toBe(true);
  }
});

test('killTree of a tree inside another one: each can be killed by itself', async () => {
  const inner = `
    import { PIPE, Popen } from '@multiprocess/subprocess';
    const child = new Popen('sleep 1000 & echo $!; wait', { shell: true, stdout: PIPE });
    for await (const line of child.lines()) console.log(line);`;
  const child = open(script(inner), { ...TEXT, killTree: true, cwd: import.meta.dirname });
  const { value } = await child.lines().next();
  child.kill();
  await until(() => !isRunning(Number(value)));
});

test('sendSignal() goes to the program itself, and does nothing after its end', async () => {
  const child = open(
    script('process.on("SIGUSR2", () => process.exit(8)); console.log(1); setInterval(() => {}, 1000)'),
    TEXT,
  );
  await child.lines().next();
  child.sendSignal('SIGUSR2');
  expect(await child.wait()).toBe(8);
  for (const signal of ['SIGKILL', 15, 0] as const) child.sendSignal(signal);
  child.terminate();
  child.kill();
  expect(child.returncode).toBe(8);
});

test('sendSignal() throws a RangeError if there is no such signal', () => {
  const child = open(['sleep', '1000']);
  for (const signal of ['SIGNONSENSE', -1, 65, 1.5] as unknown as NodeJS.Signals[])
    expect(() => child.sendSignal(signal)).toThrow(RangeError);
});

test('lines() gives lines as they come, of either output, without their ends', async () => {
  const child = open(['printf', 'a\\nb\\r\\n\\nlast'], TEXT);
  expect(await allOf(child.lines())).toEqual(['a', 'b', '', 'last']);
  const other = open(['sh', '-c', 'echo one >&2; read line; echo two >&2'], { stdin: PIPE, stderr: PIPE });
  const lines = other.lines('stderr');
  expect((await lines.next()).value).toBe('one');
  other.stdin?.end('\n');
  expect((await lines.next()).value).toBe('two');
  expect((await lines.next()).done).toBe(true);
  expect(() => other.lines()).toThrow(/stdout has no lines to read: it is not PIPE/);
});

test('a program that is faster than the reader of its lines waits', async () => {
  const child = open(['sh', '-c', 'yes | head -c 10000000; echo done >&2'], { stdout: PIPE, stderr: PIPE });
  const lines = child.lines();
  await lines.next();
  await delay(100);
  expect(child.poll()).toBeNull();
  let count = 1;
  for await (const line of lines) count += line.length;
  expect(count).toBe(5_000_000);
});

test('files and descriptors as streams', async () => {
  const file = temporaryFile();
  const fd = openSync(file, 'w');
  await open(['echo', 'by descriptor'], { stdout: fd }).wait();
  closeSync(fd);
  const handle = await openFile(file, 'a');
  await open(['sh', '-c', 'echo by handle; echo both >&2'], { stdout: handle, stderr: STDOUT }).wait();
  await handle.close();
  expect(readFileSync(file, 'utf8')).toBe('by descriptor\nby handle\nboth\n');
  const input = openSync(file, 'r');
  const { stdout } = await open(['wc', '-l'], { ...TEXT, stdin: input }).communicate();
  closeSync(input);
  expect(stdout?.trim()).toBe('3');
});

test('streams without a descriptor are copied from and to', async () => {
  const output = new PassThrough();
  const child = open(['tr', 'a-z', 'A-Z'], { stdin: Readable.from(['one ', 'two']), stdout: output });
  const written: string[] = [];
  output.on('data', (chunk) => written.push(String(chunk)));
  await child.wait();
  await until(() => written.join('') === 'ONE TWO');
  expect(output.writableEnded).toBe(false);
});

test('close() does not cut off what is copied into a stream', async () => {
  const output = new PassThrough();
  const child = open(['sh', '-c', 'read line; echo late'], { stdin: PIPE, stdout: output });
  child.close(); // which ends its input
  expect(String(await once(output, 'data'))).toBe('late\n');
  expect(await child.wait()).toBe(0);
});

test('programs may open /dev/stdin and /dev/stdout, which are pipes', async (context) => {
  needsNative(context, 'pipes');
  const child = open(['sh', '-c', 'cat /dev/stdin > /dev/stdout'], { ...TEXT, stdin: PIPE });
  expect((await child.communicate('through')).stdout).toBe('through');
});

test('passFds hands over descriptors under their numbers', async () => {
  const file = temporaryFile();
  const fd = openSync(file, 'w');
  await open(['sh', '-c', `echo passed > /dev/fd/${fd}`], { passFds: [fd] }).wait();
  closeSync(fd);
  expect(readFileSync(file, 'utf8')).toBe('passed\n');
});

test('a program inherits the descriptors of passFds, and no others', async (context) => {
  needsNative(context, 'descriptors');
  const fd = openSync(temporaryFile(), 'w');
  const { stdout } = await open(['ls', '/proc/self/fd'], { ...TEXT, passFds: [fd] }).communicate();
  closeSync(fd);
  expect(stdout?.trim().split('\n')).toEqual(expect.arrayContaining(['0', '1', '2', String(fd)]));
  expect(stdout?.trim().split('\n')).toHaveLength(5); // and the directory that ls reads
});

test('executable is what runs, the first argument what it is called', async () => {
  const child = open(['anything', '-c', 'echo $0'], { ...TEXT, executable: '/bin/sh' });
  expect((await child.communicate()).stdout).toBe('anything\n');
});

test('startNewSession: the program leads its own session', async () => {
  const child = open(['sh', '-c', 'echo $$; cut -d" " -f6 /proc/$$/stat'], { ...TEXT, startNewSession: true });
  const { stdout } = await child.communicate();
  const [pid, session] = stdout!.split('\n');
  expect(session).toBe(pid);
});

test('await using closes the pipes and waits', async () => {
  let child: Popen;
  {
    await using cat = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
    child = cat;
  }
  expect(child.returncode).toBe(0);
});

test('using closes the pipes and blocks', (context) => {
  needsNative(context, 'blocking');
  let child: Popen;
  {
    using cat = new Popen(['cat'], { stdin: PIPE });
    child = cat;
  }
  expect(child.returncode).toBe(0);
});

test('the signal option kills the program, with all that it has started', async () => {
  const controller = new AbortController();
  const child = open('sleep 1000 & echo $!; wait', { ...TEXT, shell: true, signal: controller.signal });
  const { value } = await child.lines().next();
  controller.abort();
  expect(await child.wait()).toBe(-9);
  await until(() => !isRunning(Number(value)));
  expect(() => new Popen(['true'], { signal: controller.signal })).toThrow(/abort/i);
});

test('a running program keeps the event loop alive, unless it is unref()ed', async () => {
  const source = (what: string) => `
    import { Popen } from '@multiprocess/subprocess';
    const child = new Popen(['sh', '-c', 'sleep 0.3; echo child'])${what};
    console.log(child.pid);`;
  const here = { cwd: import.meta.dirname };
  const kept = await open(script(source('')), { ...TEXT, ...here }).communicate();
  expect(kept.stdout).toMatch(/^\d+\nchild\n$/);
  const left = open(script(source('.unref()')), { ...TEXT, ...here });
  await left.wait();
  expect((await left.communicate()).stdout).toMatch(/^\d+\nchild\n$/);
});

test('popen() reads a command or writes to it; close() gives null or the status', async () => {
  const reading = popen('echo one; echo two; exit 2');
  expect(await reading.read()).toBe('one\ntwo\n');
  expect(await reading.close()).toBe(2);
  expect(await allOf(popen('echo one; echo two'))).toEqual(['one', 'two']);
  const file = temporaryFile();
  const writing = popen(`cat > ${file}`, 'w');
  await writing.write('written');
  expect(await writing.close()).toBeNull();
  expect(readFileSync(file, 'utf8')).toBe('written');
  await expect(writing.read()).rejects.toThrow(TypeError);
  expect(await popen('kill -KILL $$').close()).toBe(-9);
  expect(() => popen('true', 'x' as 'r')).toThrow(TypeError);
});

test('system() gives the status of a command', async () => {
  expect(await system('exit 3')).toBe(3);
  expect(systemSync('exit 3')).toBe(3);
  expect(systemSync('kill -KILL $$')).toBe(-9);
  expect(await system('exec 2>/dev/null; no-such-command')).toBe(127);
});

test('system() and systemSync() leave an interrupt to the command', async () => {
  for (const name of ['system', 'systemSync']) {
    const source = `
      import * as subprocess from '@multiprocess/subprocess';
      const status = await subprocess.${name}('kill -INT $PPID; sleep 0.2; exit 4');
      console.log('status', status);`;
    const { stdout } = await open(script(source), { ...TEXT, cwd: import.meta.dirname }).communicate();
    expect(stdout).toBe('status 4\n');
  }
});

test('a stream that is thrown away unread is closed by close()', async () => {
  const before = openPipes();
  const child = new Popen(['sh', '-c', 'cat'], { stdin: PIPE, stdout: PIPE, stderr: PIPE });
  expect(openPipes()).toHaveLength(before.length + 3);
  child.close();
  await child.wait();
  expect(openPipes()).toEqual(before);
  expect(child.stdout?.destroyed).toBe(true);
  await until(() => child.stdin!.closed);
});

test.each([
  ['input', { input: 'a' }],
  ['captureOutput', { captureOutput: true }],
  ['timeout', { timeout: 5 }],
  ['check', { check: true }],
])('%s, which is for run(), is a TypeError of the constructor that says what to do', (name, options) => {
  expect(() => new Popen(['true'], options as object)).toThrow(TypeError);
  expect(() => new Popen(['true'], options as object)).toThrow(`${name} is an option of run(): give Popen`);
});
