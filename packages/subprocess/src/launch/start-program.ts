import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { isError } from '@multiprocess/shared-memory';
import { commandLine } from './command-line.js';
import type { CommandLine } from './command-line.js';
import { isUnknownFormat } from './executable-format.js';
import { failure, launchFailure } from './launch-failure.js';
import type { Launch } from './launch-failure.js';
import { mergedByShell } from './merged-output.js';
import { directoryOf, unknownFormat } from './obstacle.js';
import { support } from '../platform/chosen-support.js';
import type { Command, PopenOptions } from '../options/popen-options.js';
import { markedEnvironment } from '../end/process-tree.js';
import { findProgram } from './program-search.js';
import { refuseOnWindows } from './refuse-on-windows.js';
import { StdioPlan } from '../stdio/stdio-plan.js';

/** The streams of a program. Throws as {@link startProgram} does if there are no descriptors for them. */
export function planFor(command: Command, options: PopenOptions<string | undefined>): StdioPlan {
  try {
    return new StdioPlan(options);
  } catch (error) {
    if (!isError(error) || !('errno' in error)) throw error;
    throw launchFailure(commandLine(command, options.shell, options.executable).file, options, error);
  }
}

/** Starts a program. @throws {@link Error} with `code` and `path`, if the system refuses */
export function startProgram(
  command: Command,
  options: PopenOptions<string | undefined>,
  plan: StdioPlan,
  mark: string | undefined,
): { readonly child: ChildProcess; readonly pid: number } {
  const plain = commandLine(command, options.shell, options.executable);
  checkFormat(plain.file, options);
  const line = plan.mergedByShell ? mergedByShell(plain, options) : plain;
  const child = spawned(plain.file, line, options, { ...spawnOptions(line, options, mark), stdio: plan.childSides });
  child.on('error', () => undefined); // reports a failed start, which is thrown here
  plan.handOver(child.stdio);
  if (child.pid === undefined) throw launchFailure(plain.file, options);
  return { child, pid: child.pid };
}

function spawned(name: string, line: CommandLine, launch: Launch, options: SpawnOptions): ChildProcess {
  try {
    return spawn(line.file, line.args, options);
  } catch (error) {
    if (isError(error) && 'errno' in error) throw launchFailure(name, launch, error);
    throw error;
  }
}

/** @throws {@link Error} with `code` `'ENOEXEC'`, for a file that the C library would pass to a shell */
export function checkFormat(name: string, { env = process.env, cwd }: Launch): void {
  const found = findProgram(name, env, directoryOf({ cwd }));
  if ('file' in found && isUnknownFormat(found.file)) throw failure(name, unknownFormat(name), 'spawn');
}

/** The options that asynchronous and synchronous starts have in common. */
export function spawnOptions(
  line: CommandLine,
  options: PopenOptions<string | undefined>,
  mark: string | undefined,
): SpawnOptions {
  if (process.platform === 'win32') refuseOnWindows(options);
  support().closeDescriptorsOnExec();
  const { cwd, env = process.env, user, group, startNewSession = false } = options;
  return {
    cwd,
    argv0: line.name,
    windowsVerbatimArguments: line.isVerbatim,
    env: mark === undefined ? env : markedEnvironment(env, mark),
    detached: startNewSession,
    ...(user === undefined ? {} : { uid: user }),
    ...(group === undefined ? {} : { gid: group }),
  };
}
