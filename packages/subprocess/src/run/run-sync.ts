import { checkBlockingTimeout, OutputLimitError, TimeoutExpired, within } from '@multiprocess/shared-memory';
import { CompletedProcess } from '../end/completed-process.js';
import type { CapturedProcess } from '../end/completed-process.js';
import { checkPopenOptions } from '../options/popen-options.js';
import { shownCommand } from '../options/shown-command.js';
import type { Command, Output } from '../options/popen-options.js';
import { newTreeMark, signalTree } from '../end/process-tree.js';
import { ALL_RUN_OPTIONS, checkDecided, popenOptionsOf } from '../options/run-options.js';
import type { RunSyncOptions } from '../options/run-options.js';
import { signalStatus } from '../end/signal-status.js';
import { PIPE } from '../options/stdio-constants.js';
import { maxBytes } from '../stdio/text.js';
import { reportOf, textsOf } from '../stdio/written.js';
import { withLocalPrograms } from '../launch/local-programs.js';
import { runToEnd } from './run-to-end.js';

/**
 * Like {@link run}, but blocks the thread, and with it the event loop. Streams without a descriptor cannot be used.
 *
 * @throws what {@link run} throws
 */
export function runSync<E extends string | undefined = undefined>(
  args: Command,
  options: RunSyncOptions<E> & { readonly captureOutput: true },
): CapturedProcess<E>;
export function runSync<E extends string | undefined = undefined>(
  args: Command,
  options?: RunSyncOptions<E>,
): CompletedProcess<E>;
export function runSync<E extends string | undefined>(
  args: Command,
  options: RunSyncOptions<E> = {},
): CompletedProcess<E> {
  const given = popenOptionsOf(options);
  if (given.killAfter !== undefined)
    throw new TypeError('killAfter needs an event loop for its second signal: use run()');
  if (given.all !== undefined)
    throw new TypeError('all needs an event loop, which sees both outputs arrive: use run(), or stderr: STDOUT');
  const popenOptions = withLocalPrograms(given);
  const { shell = false, killTree = shell !== false } = popenOptions;
  const timeout = checkBlockingTimeout(options, ALL_RUN_OPTIONS);
  checkPopenOptions(popenOptions);
  const mark = killTree ? newTreeMark() : undefined;
  const result = runToEnd(args, options, popenOptions, mark, timeout);
  const code = (result.error as NodeJS.ErrnoException | undefined)?.code;
  if (mark !== undefined && (code === 'ETIMEDOUT' || code === 'ENOBUFS')) signalTree(undefined, mark, 'SIGKILL');
  if (code === 'ETIMEDOUT') {
    const message = `${shownCommand(args)} was not done${within(timeout)}`;
    throw new TimeoutExpired(message, { cmd: args, timeout, ...reportOf(result, popenOptions) });
  }
  if (code === 'ENOBUFS') {
    const max = maxBytes(popenOptions);
    const limit = max === popenOptions.maxBuffer ? 'maxBuffer' : 'a Buffer can hold';
    const message = `${shownCommand(args)} wrote more than ${limit}, ${max} bytes`;
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
  if (stdout === null) throw new Error(`${shownCommand(args)} has no output`);
  return stdout;
}
