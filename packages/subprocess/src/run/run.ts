import { TimeoutExpired } from '@multiprocess/shared-memory';
import { CompletedProcess } from '../end/completed-process.js';
import type { CapturedProcess } from '../end/completed-process.js';
import { Popen } from '../popen/popen.js';
import { shownCommand } from '../options/shown-command.js';
import type { Command, Output } from '../options/popen-options.js';
import { checkDecided, popenOptionsOf } from '../options/run-options.js';
import type { RunOptions } from '../options/run-options.js';
import { PIPE } from '../options/stdio-constants.js';

/** How long reading the rest of the output may take if another process has the pipes open. */
const LAST_LOOK_MS = 50;

/**
 * Runs a program to its end.
 *
 * After a timeout, an abort or too much output, the program has been ended, by SIGKILL or as `killAfter` says, and reaped (with
 * `killTree` also all that it has started), even if another process that it has started still has a pipe open.
 *
 * @example
 * ```ts source="../run.examples.ts#run"
 * const log = await run(['git', 'log', '-1'], { captureOutput: true, encoding: 'utf8', check: true, timeout: 5000 });
 * console.log(log.stdout);
 * ```
 * @throws {@link CalledProcessError} with `check`, if the status is not 0.
 * @throws {@link TimeoutExpired} with the output so far
 * @throws {@link OutputLimitError} if there was more output than `maxBuffer`, or more text than a string can hold. In the second case
 * the error has all of it, as bytes.
 * @throws {@link Error} with `code` and `path`, if it cannot be started
 * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
 */
export async function run<E extends string | undefined = undefined>(
  args: Command,
  options: RunOptions<E> & { readonly captureOutput: true },
): Promise<CapturedProcess<E>>;
export async function run<E extends string | undefined = undefined>(
  args: Command,
  options?: RunOptions<E>,
): Promise<CompletedProcess<E>>;
export async function run<E extends string | undefined>(
  args: Command,
  options: RunOptions<E> = {},
): Promise<CompletedProcess<E>> {
  const popen = new Popen(args, popenOptionsOf(options));
  const { input, timeout, signal, check = false } = options;
  let completed: CompletedProcess<E>;
  try {
    const { stdout, stderr, all } = await popen.communicate(input, { timeout, signal });
    completed = new CompletedProcess(args, await popen.wait(), stdout, stderr, all);
  } catch (error) {
    throw await ended(popen, error);
  }
  if (check) completed.checkReturncode();
  return completed;
}

/** Ends it. Returns the error, with all output up to the end. */
async function ended<E extends string | undefined>(popen: Popen<E>, error: unknown): Promise<unknown> {
  await popen.end();
  if (!(error instanceof TimeoutExpired)) {
    popen.close();
    return error;
  }
  // Reads what is in the pipes. Does not wait for other processes that have them open.
  const { stdout, stderr } = await popen.communicate(undefined, { timeout: LAST_LOOK_MS }).catch((again: unknown) => {
    return again instanceof TimeoutExpired ? again : error;
  });
  popen.close();
  const { message, cmd, timeout } = error;
  return new TimeoutExpired(message, { cmd, timeout, stdout, stderr });
}

/** Runs a program to its end, and returns its status. Throws what {@link run} throws. */
export async function call(args: Command, options: RunOptions<string | undefined> = {}): Promise<number> {
  checkDecided('call', options, ['check']);
  return (await run(args, options)).returncode;
}

/**
 * Like {@link call}, but throws a {@link CalledProcessError} if the status is not 0.
 *
 * @example
 * ```ts source="../run.examples.ts#check"
 * await checkCall(['make', 'all']); // CalledProcessError if it ends with another status than 0
 * const branch = await checkOutput(['git', 'branch', '--show-current'], { encoding: 'utf8' });
 * console.log(branch.trim());
 * ```
 */
export async function checkCall(args: Command, options: RunOptions<string | undefined> = {}): Promise<0> {
  checkDecided('checkCall', options, ['check']);
  await run(args, { ...options, check: true });
  return 0;
}

/**
 * Runs a program to its end, and returns its standard output. Throws a {@link CalledProcessError} if the status is not 0. See
 * the example of {@link checkCall}.
 */
export async function checkOutput<E extends string | undefined = undefined>(
  args: Command,
  options: RunOptions<E> = {},
): Promise<Output<E>> {
  checkDecided('checkOutput', options, ['check', 'stdout', 'captureOutput']);
  const { stdout } = await run(args, { ...options, stdout: PIPE, check: true });
  if (stdout === null) throw new Error(`${shownCommand(args)} has no output`);
  return stdout;
}
