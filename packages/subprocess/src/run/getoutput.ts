import { checkString } from '@multiprocess/shared-memory';
import { run } from './run.js';
import { runSync } from './run-sync.js';
import { checkDecided } from '../options/run-options.js';
import type { RunOptions, RunSyncOptions } from '../options/run-options.js';
import { PIPE, STDOUT } from '../options/stdio-constants.js';

/** Options of {@link getoutput}. */
export type ShellOptions = Omit<RunOptions<string>, 'stdout' | 'stderr' | 'captureOutput' | 'shell'>;
/** Options of {@link getoutputSync}. */
export type ShellSyncOptions = Omit<RunSyncOptions<string>, 'stdout' | 'stderr' | 'captureOutput' | 'shell'>;

const MERGED = { shell: true, stdout: PIPE, stderr: STDOUT } as const;
const DECIDED = ['shell', 'stdout', 'stderr', 'captureOutput'];

/**
 * Runs a shell command, and returns what it wrote to both outputs as text, without the last line end. Its status does not matter.
 *
 * @example
 * ```ts source="../run.examples.ts#shell"
 * console.log(await system('ls | wc -l')); // writes a number, and then the status: 0
 * console.log(await getoutput('uname')); // Linux
 * const [status, output] = await getstatusoutput('cat nothing');
 * console.log(status, output); // 1 'cat: nothing: No such file or directory'
 * ```
 */
export async function getoutput(cmd: string, options: ShellOptions = {}): Promise<string> {
  const [, output] = await outcomeOf('getoutput', cmd, options);
  return output;
}

/** Like {@link getoutput}, but blocks the thread. */
export function getoutputSync(cmd: string, options: ShellSyncOptions = {}): string {
  return outcomeOfSync('getoutputSync', cmd, options)[1];
}

/** Runs a shell command. Returns its status (127: not found; −N after signal N) and its output, as {@link getoutput} does. */
export async function getstatusoutput(
  cmd: string,
  options: ShellOptions = {},
): Promise<[status: number, output: string]> {
  return outcomeOf('getstatusoutput', cmd, options);
}

/** Like {@link getstatusoutput}, but blocks the thread. */
export function getstatusoutputSync(cmd: string, options: ShellSyncOptions = {}): [status: number, output: string] {
  return outcomeOfSync('getstatusoutputSync', cmd, options);
}

async function outcomeOf(name: string, cmd: string, options: ShellOptions): Promise<[number, string]> {
  checkString('cmd', cmd);
  checkDecided(name, options, DECIDED);
  const { returncode, stdout } = await run<string>(cmd, { encoding: 'utf8', ...options, ...MERGED });
  return [returncode, withoutLineEnd(stdout ?? '')];
}

function outcomeOfSync(name: string, cmd: string, options: ShellSyncOptions): [number, string] {
  checkString('cmd', cmd);
  checkDecided(name, options, DECIDED);
  const { returncode, stdout } = runSync<string>(cmd, { encoding: 'utf8', ...options, ...MERGED });
  return [returncode, withoutLineEnd(stdout ?? '')];
}

const withoutLineEnd = (text: string): string => (text.endsWith('\n') ? text.slice(0, -1) : text);
