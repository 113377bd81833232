import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { inspect } from 'node:util';
import { argumentError, checkBlockingTimeout, OutputLimitError, TimeoutExpired } from '@multiprocess/shared-memory';
import { commandLine, withMergedOutput } from '../launch/command-line.js';
import type { CommandLine } from '../launch/command-line.js';
import { CompletedProcess } from '../end/completed-process.js';
import { failure, launchFailure } from '../launch/launch-failure.js';
import { findObstacle } from '../launch/obstacle.js';
import { checkPopenOptions } from '../options/popen-options.js';
import type { Command, InputTarget, Output, OutputTarget, PopenOptions } from '../options/popen-options.js';
import { newTreeMark, signalTree } from '../end/process-tree.js';
import { checkDecided, popenOptionsOf } from '../options/run-options.js';
import type { RunSyncOptions } from '../options/run-options.js';
import { signalStatus } from '../end/signal-status.js';
import { checkFormat, spawnOptions } from '../launch/start-program.js';
import { DEVNULL, PIPE, STDOUT } from '../options/stdio-constants.js';
import { encodeInput, maxBytes } from '../stdio/text.js';
import { reportOf, textsOf } from '../stdio/written.js';

/**
 * Like {@link run}, but blocks the thread, and with it the event loop. Streams without a descriptor cannot be used.
 *
 * @throws what {@link run} throws
 */
export function runSync<E extends string | undefined = undefined>(
  args: Command,
  options: RunSyncOptions<E> = {},
): CompletedProcess<E> {
  const popenOptions = popenOptionsOf(options);
  const { shell = false, killTree = shell !== false } = popenOptions;
  const timeout = checkBlockingTimeout(options);
  checkPopenOptions(popenOptions);
  const mark = killTree ? newTreeMark() : undefined;
  const result = start(args, options, popenOptions, mark, timeout);
  const code = (result.error as NodeJS.ErrnoException | undefined)?.code;
  if (mark !== undefined && (code === 'ETIMEDOUT' || code === 'ENOBUFS')) signalTree(undefined, mark, 'SIGKILL');
  if (code === 'ETIMEDOUT') {
    const message = `${inspect(args)} was not done within ${timeout} ms`;
    throw new TimeoutExpired(message, { cmd: args, timeout, ...reportOf(result, popenOptions) });
  }
  if (code === 'ENOBUFS') {
    const max = maxBytes(popenOptions);
    const limit = max === popenOptions.maxBuffer ? 'maxBuffer' : 'a Buffer can hold';
    const message = `${inspect(args)} wrote more than ${limit}, ${max} bytes`;
    throw new OutputLimitError(message, { cmd: args, ...reportOf(result, popenOptions) });
  }
  const { status, signal } = result;
  const returncode = signal === null ? (status ?? 0) : signalStatus(signal);
  const { stdout, stderr } = textsOf(args, result, popenOptions, returncode);
  const completed = new CompletedProcess<E>(args, returncode, stdout, stderr);
  if (options.check === true) completed.checkReturncode();
  return completed;
}

/** Like {@link call}, but blocks the thread. Throws what {@link runSync} throws. */
export function callSync(args: Command, options: RunSyncOptions<string | undefined> = {}): number {
  checkDecided('callSync', options, ['check']);
  return runSync(args, options).returncode;
}

/** Like {@link callSync}, but throws a {@link CalledProcessError} if the status is not 0. */
export function checkCallSync(args: Command, options: RunSyncOptions<string | undefined> = {}): 0 {
  checkDecided('checkCallSync', options, ['check']);
  runSync(args, { ...options, check: true });
  return 0;
}

/** Like {@link checkOutput}, but blocks the thread. Throws what {@link runSync} throws, and if the status is not 0. */
export function checkOutputSync<E extends string | undefined = undefined>(
  args: Command,
  options: RunSyncOptions<E> = {},
): Output<E> {
  checkDecided('checkOutputSync', options, ['check', 'stdout', 'captureOutput']);
  const { stdout } = runSync(args, { ...options, stdout: PIPE, check: true });
  if (stdout === null) throw new Error(`${inspect(args)} has no output`);
  return stdout;
}

function start(
  args: Command,
  { input = '' }: RunSyncOptions<string | undefined>,
  options: PopenOptions<string | undefined>,
  mark: string | undefined,
  timeout: number,
): SpawnSyncReturns<Buffer> {
  const merged = options.stderr === STDOUT;
  const plain = commandLine(args, options.shell, options.executable);
  const line = merged ? withMergedOutput(checkedProgram(plain, options)) : plain;
  checkFormat(plain.file, options);
  const result = spawnSync(line.file, line.args, {
    ...spawnOptions(options, mark),
    argv0: line.name,
    ...(options.stdin === PIPE ? { input: encodeInput(input, options.encoding) } : {}),
    stdio: [
      sideOf('stdin', options.stdin),
      sideOf('stdout', options.stdout),
      merged ? 'inherit' : sideOf('stderr', options.stderr),
      ...passed(options.passFds),
    ],
    maxBuffer: maxBytes(options),
    ...(timeout === Infinity ? {} : { timeout: Math.max(1, Math.ceil(timeout)) }),
    killSignal: 'SIGKILL',
    encoding: 'buffer',
  });
  const code = (result.error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined || code === 'ETIMEDOUT' || code === 'ENOBUFS') return result;
  if (code === 'EPIPE' && result.pid !== 0) return result; // it ended without reading all of its input
  throw launchFailure(plain.file, options, result.error);
}

/** Checks a program that a shell is to start: the shell would report by its status only that it does not exist. */
function checkedProgram(line: CommandLine, options: PopenOptions<string | undefined>): CommandLine {
  if (line.usesShell) return line;
  const obstacle = findObstacle(line.file, options);
  if (obstacle !== undefined) throw failure(line.file, obstacle, 'spawn');
  return line;
}

function sideOf(name: string, target: InputTarget | OutputTarget): 'pipe' | 'inherit' | 'ignore' | number {
  if (target === undefined) return 'inherit';
  if (target === PIPE) return 'pipe';
  if (target === DEVNULL) return 'ignore';
  const fd: unknown = typeof target === 'number' ? target : (target as { readonly fd?: unknown } | null)?.fd;
  if (Number.isInteger(fd) && (fd as number) >= 0) return fd as number;
  throw argumentError(`${name} of a blocking call`, 'PIPE, DEVNULL, a descriptor or a file', target);
}

function passed(fds: readonly number[] = []): ('ignore' | number)[] {
  const sides = Array.from({ length: Math.max(2, ...fds) - 2 }, (): 'ignore' | number => 'ignore');
  for (const fd of fds) sides[fd - 3] = fd;
  return sides;
}
