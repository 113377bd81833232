import { describe, expect, test } from 'vitest';
import {
  call,
  CalledProcessError,
  callSync,
  checkCall,
  checkCallSync,
  checkOutput,
  checkOutputSync,
  CompletedProcess,
  DEVNULL,
  getoutput,
  getoutputSync,
  getstatusoutput,
  getstatusoutputSync,
  OutputLimitError,
  PIPE,
  run,
  runSync,
  STDOUT,
  TimeoutExpired,
} from '@multiprocess/subprocess';
import type { Command, RunSyncOptions, ShellSyncOptions } from '@multiprocess/subprocess';
import { openPipes, script } from './helpers.js';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';

const forms = [
  {
    form: 'awaiting',
    run: async (args: Command, options?: RunSyncOptions<string | undefined>) => run(args, options),
    call: async (args: Command, options?: RunSyncOptions<string | undefined>) => call(args, options),
    checkCall: async (args: Command, options?: RunSyncOptions<string | undefined>) => checkCall(args, options),
    checkOutput: async (args: Command, options?: RunSyncOptions<string | undefined>) => checkOutput(args, options),
    getoutput: async (cmd: string, options?: ShellSyncOptions) => getoutput(cmd, options),
    getstatusoutput: async (cmd: string, options?: ShellSyncOptions) => getstatusoutput(cmd, options),
  },
  {
    form: 'blocking',
    run: async (args: Command, options?: RunSyncOptions<string | undefined>) => runSync(args, options),
    call: async (args: Command, options?: RunSyncOptions<string | undefined>) => callSync(args, options),
    checkCall: async (args: Command, options?: RunSyncOptions<string | undefined>) => checkCallSync(args, options),
    checkOutput: async (args: Command, options?: RunSyncOptions<string | undefined>) => checkOutputSync(args, options),
    getoutput: async (cmd: string, options?: ShellSyncOptions) => getoutputSync(cmd, options),
    getstatusoutput: async (cmd: string, options?: ShellSyncOptions) => getstatusoutputSync(cmd, options),
  },
];
/** The error of a timeout that was long enough for the program to write what it should, on whatever machine. */
async function expiredAfter(
  output: RegExp,
  start: (timeout: number) => Promise<unknown>,
): Promise<TimeoutExpired & { readonly stdout: string }> {
  for (let timeout = 300; ; timeout *= 2) {
    const error = await start(timeout).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect((error as TimeoutExpired).timeout).toBe(timeout);
    if (output.test(String((error as TimeoutExpired).stdout)))
      return error as TimeoutExpired & { readonly stdout: string };
  }
}

const TEXT = { captureOutput: true, encoding: 'utf8' } as const;

describe.each(forms)('the $form form', ({ run, call, checkCall, checkOutput, getoutput, getstatusoutput }) => {
  test('run() gives args, returncode and both outputs', async () => {
    const args = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
    const done = await run(args, TEXT);
    expect(done).toBeInstanceOf(CompletedProcess);
    expect({ ...done }).toEqual({ args, returncode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  test('run() without an encoding gives bytes, and null where nothing was collected', async () => {
    const done = await run(['printf', '\\377\\0'], { stdout: PIPE });
    expect(done.stdout).toEqual(Buffer.from([255, 0]));
    expect(done.stderr).toBeNull();
  });

  test('run() hands over input as text or bytes, and an empty one ends at once', async () => {
    expect((await run(['cat'], { ...TEXT, input: 'grüß dich' })).stdout).toBe('grüß dich');
    expect((await run(['cat'], { ...TEXT, input: Uint8Array.of(104, 105) })).stdout).toBe('hi');
    expect((await run(['cat'], { ...TEXT, input: '' })).stdout).toBe('');
  });

  test('it is not an error if a program does not read its input', async () => {
    expect((await run(['true'], { input: 'x'.repeat(1 << 20) })).returncode).toBe(0);
  });

  test.each(['gbk', 'gb18030', 'big5', 'shift_jis', 'iso-8859-2', 'utf-16le'])(
    'text goes in and out as %s',
    async (encoding) => {
      const text = encoding === 'iso-8859-2' ? 'Größe ž' : '数据 abc';
      const word = encoding === 'big5' ? '資料 abc' : encoding === 'shift_jis' ? '日本 abc' : text;
      expect((await run(['cat'], { input: word, captureOutput: true, encoding })).stdout).toBe(word);
    },
  );

  test('what the tutorial decodes: bytes of GBK', async () => {
    expect(await checkOutput(['printf', '\\275\\374\\263\\314'], { encoding: 'gbk' })).toBe('近程');
  });

  test('bytes that are no text become U+FFFD, or a TypeError with errors: strict', async () => {
    const args = ['printf', '\\377'];
    expect(await checkOutput(args, { encoding: 'utf8' })).toBe('\ufffd');
    await expect(checkOutput(args, { encoding: 'utf8', errors: 'strict' })).rejects.toThrow(TypeError);
  });

  test('text that the encoding has no bytes for is a TypeError that names it', async () => {
    await expect(run(['cat'], { input: '☃', captureOutput: true, encoding: 'windows-1252' })).rejects.toThrow(/☃/);
  });

  test('stderr: STDOUT puts both into one, in the order they were written', async () => {
    const args = ['sh', '-c', 'echo a; echo b >&2; echo c'];
    expect(await checkOutput(args, { stderr: STDOUT, encoding: 'utf8' })).toBe('a\nb\nc\n');
    expect(await checkOutput('echo a; echo b >&2', { shell: true, stderr: STDOUT, encoding: 'utf8' })).toBe('a\nb\n');
  });

  test('DEVNULL gives nothing to read and takes everything', async () => {
    const done = await run(['sh', '-c', 'cat; echo gone'], { stdin: DEVNULL, stdout: DEVNULL });
    expect({ ...done }).toMatchObject({ returncode: 0, stdout: null });
  });

  test('returncode is −N after signal N', async () => {
    expect(await call(['sh', '-c', 'kill -KILL $$'])).toBe(-9);
    expect(await call(['sh', '-c', 'kill -TERM $$'])).toBe(-15);
  });

  test('check: another status than 0 is a CalledProcessError with all that is known', async () => {
    const args = ['sh', '-c', 'echo out; echo why >&2; exit 4'];
    const error = await run(args, { ...TEXT, check: true }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CalledProcessError);
    expect(error).toMatchObject({ cmd: args, returncode: 4, stdout: 'out\n', stderr: 'why\n' });
    expect(error).toMatchObject({
      code: 'ERR_MULTIPROCESS_CALLED_PROCESS',
      message: expect.stringMatching(/returned 4: why$/) as string,
    });
  });

  test('a descriptor that is not open is reported as such', async () => {
    await expect(run(['true'], { stdout: 9999 })).rejects.toThrow(
      'EBADF: cannot start true: a descriptor that it is to get is not open',
    );
  });

  test('a CalledProcessError names the signal, or the number of one without a name', async () => {
    await expect(checkCall(['sh', '-c', 'kill -KILL $$'])).rejects.toThrow(/was killed by SIGKILL/);
  });

  test('checkReturncode() does nothing after 0', async () => {
    (await run(['true'])).checkReturncode();
    expect(await checkCall(['true'])).toBe(0);
  });

  test('a timeout kills the program; the error has its output as text, and the timeout', async () => {
    const args = ['sh', '-c', 'echo begun; exec sleep 1000'];
    const error = await expiredAfter(/begun/, (timeout) => run(args, { ...TEXT, timeout }));
    expect(error).toMatchObject({ cmd: args, stdout: 'begun\n', stderr: '', code: 'ERR_MULTIPROCESS_TIMEOUT' });
  });

  test('a timeout ends a program that ignores SIGTERM', async () => {
    const args = ['sh', '-c', "trap '' TERM; echo $$; while :; do sleep 1; done"];
    const { stdout } = await expiredAfter(/\d\n/, (timeout) => run(args, { ...TEXT, timeout, killTree: true }));
    await until(() => !isRunning(Number(stdout)));
  });

  test('a timeout with a shell ends grandchildren that have the pipes, even orphans', async () => {
    const cmd = 'sleep 1000 & echo $!; (sleep 1001 & echo $!); (setsid sleep 1002 & echo $!); wait';
    const { stdout } = await expiredAfter(/\d\n\d+\n\d+\n/, (timeout) => run(cmd, { ...TEXT, shell: true, timeout }));
    for (const pid of stdout.trim().split('\n')) await until(() => !isRunning(Number(pid)));
  });

  test('maxBuffer: more is an OutputLimitError with what came before, and the program is killed', async () => {
    const error = await run(['yes'], { ...TEXT, maxBuffer: 10 }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(OutputLimitError);
    expect(error).toMatchObject({ cmd: ['yes'], code: 'ERR_MULTIPROCESS_OUTPUT_LIMIT' });
    expect(String((error as OutputLimitError).stdout).slice(0, 10)).toBe('y\ny\ny\ny\ny\n');
  });

  test('with a shell a string is a command line, and a list a script with its $0 $1 …', async () => {
    expect(await checkOutput('echo $((1 + 2))', { shell: true, encoding: 'utf8' })).toBe('3\n');
    expect(await checkOutput(['echo $0 $1', 'zero', 'one'], { shell: true, encoding: 'utf8' })).toBe('zero one\n');
    expect(await call('no-such-command 2>/dev/null', { shell: true })).toBe(127);
  });

  test('without a shell a string is a program, spaces and all', async () => {
    expect(await checkOutput('pwd', { cwd: '/', encoding: 'utf8' })).toBe('/\n');
    await expect(run('ls -l')).rejects.toMatchObject({ code: 'ENOENT', path: 'ls -l' });
  });

  test('env is the whole environment', async () => {
    expect(await checkOutput(['/usr/bin/env'], { env: { A: '1', B: undefined, C: '' }, encoding: 'utf8' })).toBe(
      'A=1\nC=\n',
    );
  });

  test('cwd is where it runs', async () => {
    expect(await checkOutput(['pwd'], { cwd: new URL('file:///usr'), encoding: 'utf8' })).toBe('/usr\n');
  });

  test('getoutput() gives both outputs without the last line end, getstatusoutput() the status, too', async () => {
    expect(await getoutput('echo a; echo b >&2; echo; exit 3')).toBe('a\nb\n');
    expect(await getstatusoutput('echo a; exit 3')).toEqual([3, 'a']);
    expect(await getstatusoutput('kill -TERM $$')).toEqual([-15, '']);
    expect((await getstatusoutput('no-such-command'))[0]).toBe(127);
  });

  // Each with all that the other may be: none silently wins.
  test.each<readonly [string, RunSyncOptions<string | undefined>]>([
    ...[PIPE, DEVNULL, 0].map((stdin) => ['input and stdin', { input: 'a', stdin }] as const),
    ['an empty input and stdin', { input: '', stdin: PIPE }],
    ...[PIPE, DEVNULL, 1].map((stdout) => ['captureOutput and stdout', { captureOutput: true, stdout }] as const),
    ...[PIPE, DEVNULL, STDOUT, 2].map(
      (stderr) => ['captureOutput and stderr', { captureOutput: true, stderr }] as const,
    ),
    ['stdin that goes to where stdout goes', { stdin: STDOUT }],
    ['stdout that goes to where stdout goes', { stdout: STDOUT }],
    ...(['replace', 'strict'] as const).map((errors) => ['errors without an encoding', { errors }] as const),
    ['a timeout that is no number', { timeout: NaN }],
    ['input that is neither text nor bytes', { input: 5 as unknown as string }],
    ['a variable that is no string', { env: { A: null as unknown as string } }],
  ])('%s is a TypeError', async (_, options) => {
    await expect(run(['cat'], options)).rejects.toThrow(TypeError);
  });

  test.each([
    ['a variable with = in its name', { env: { 'A=B': '1' } }],
    ['an unknown encoding', { encoding: 'klingon' }],
    ['a negative user', { user: -1 }],
    ['a negative maxBuffer', { maxBuffer: -1 }],
  ])('%s is a RangeError', async (_, options) => {
    await expect(run(['cat'], options)).rejects.toThrow(RangeError);
  });

  test.each<[string, () => Promise<unknown>]>([
    ...[PIPE, DEVNULL, 1].map(
      (stdout) => ['checkOutput() stdout', () => checkOutput(['true'], { stdout })] as [string, () => Promise<unknown>],
    ),
    ['checkOutput() captureOutput', () => checkOutput(['true'], { captureOutput: true })],
    ['checkOutput() check', () => checkOutput(['true'], { check: true })],
    ['checkOutput() check', () => checkOutput(['true'], { check: false })],
    ['checkCall() check', () => checkCall(['true'], { check: false })],
    ['call() check', () => call(['true'], { check: true })],
    ['getoutput() stdout', () => getoutput('true', { stdout: DEVNULL } as object)],
    ['getoutput() stderr', () => getoutput('true', { stderr: PIPE } as object)],
    ['getoutput() captureOutput', () => getoutput('true', { captureOutput: true } as object)],
    ['getoutput() shell', () => getoutput('true', { shell: false } as object)],
    ['getstatusoutput() stdout', () => getstatusoutput('true', { stdout: DEVNULL } as object)],
  ])('%s is decided by the function itself: a TypeError that names it', async (what, attempt) => {
    const [name = '', option] = what.split('() ');
    await expect(attempt()).rejects.toThrow(TypeError);
    await expect(attempt()).rejects.toThrow(
      new RegExp(`^${option} must be left out, as ${name}(Sync)?\\(\\) decides it`),
    );
  });

  test('with errors: strict, output that is not text is in the error, as bytes', async () => {
    const error: unknown = await run(['printf', '\\377a'], { ...TEXT, errors: 'strict' }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ stdout: Buffer.from([255, 97]), stderr: Buffer.alloc(0), returncode: 0 });
  });

  test('a timeout in the middle of a character is a TimeoutExpired in strict errors, too', async () => {
    const { stdout } = await expiredAfter(/a/, (timeout) =>
      run(script('process.stdout.write(Buffer.from([97, 0xe2, 0x82])); setInterval(() => {}, 1000)'), {
        ...TEXT,
        errors: 'strict',
        timeout,
      }),
    );
    expect(stdout).toBe('a\ufffd');
  });

  test('an empty command is a RangeError; an argument that is not a string is a TypeError that says which', async () => {
    await expect(run([])).rejects.toThrow(RangeError);
    await expect(run(['echo', 5 as unknown as string])).rejects.toThrow(/Argument 1.*received 5/);
    await expect(run(['echo', 'a\0b'])).rejects.toThrow(TypeError);
  });

  test.each<[string, unknown]>([
    ['options', null],
    ['check', { check: 1 }],
    ['captureOutput', { captureOutput: 'both' }],
    ['shell', { shell: 5 }],
    ['killTree', { killTree: 'yes' }],
    ['env', { env: 'PATH=/bin' }],
    ['cwd', { cwd: 5 }],
    ['cwd', { cwd: null }],
    ['cwd', { cwd: '' }],
    ['cwd', { cwd: 'a\0b' }],
    ['executable', { executable: 5 }],
    ['executable', { executable: '' }],
    ['stdin', { stdin: null }],
    ['stdout', { stdout: null }],
    ['stderr', { stderr: 'a' }],
  ])('%s of another type is a TypeError with the value', async (name, options) => {
    await expect(run(['true'], options as object)).rejects.toThrow(
      new RegExp(`^${name}( of a blocking call)? (must be|are) .*, received .`, 'i'),
    );
  });

  test('nothing stays open', async () => {
    await run(['true'], TEXT);
    const before = openPipes().length;
    for (let i = 0; i < 5; i++) await run(['cat'], { ...TEXT, input: 'a' });
    await until(() => openPipes().length <= before);
  });
});

test('an abort kills the program and rejects with its reason', async () => {
  const controller = new AbortController();
  const running = run(script('console.log(1); setInterval(() => {}, 1000)'), {
    signal: controller.signal,
    captureOutput: true,
  });
  controller.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await expect(run(['true'], { signal: controller.signal })).rejects.toThrow('enough');
});

test('without killTree a timeout is prompt although a grandchild that lives on holds the pipe', async () => {
  const args = ['sh', '-c', 'sleep 1000 & echo $!; wait'];
  const left: number[] = [];
  const { stdout } = await expiredAfter(/\d\n/, (timeout) =>
    run(args, { captureOutput: true, encoding: 'utf8', timeout }).catch((error: unknown) => {
      left.push(Number((error as TimeoutExpired).stdout));
      throw error;
    }),
  );
  expect(isRunning(Number(stdout))).toBe(true);
  for (const pid of left) if (pid > 0) process.kill(pid, 'SIGKILL');
});

test('a program gets the default action of all signals, also of SIGPIPE, which Node ignores', async () => {
  const { stdout } = await run(['grep', 'SigIgn', '/proc/self/status'], { stdout: PIPE, encoding: 'utf8' });
  const ignored = BigInt(`0x${/\w+$/m.exec(stdout!)![0]}`);
  expect(ignored & (1n << 12n)).toBe(0n);
});

test('runSync() refuses a signal, which could not end it', () => {
  const options = { signal: new AbortController().signal } as RunSyncOptions;
  expect(() => runSync(['true'], options)).toThrow(TypeError);
});

test('runSync() of a program that a real-time signal ended has another status than 0', () => {
  expect(runSync('kill -35 $$', { shell: true }).returncode).toBe(-64);
  expect(() => runSync('kill -35 $$', { shell: true, check: true })).toThrow(CalledProcessError);
});
