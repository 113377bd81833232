import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { isError } from '@multiprocess/shared-memory';
import { commandLine } from './command-line.js';
import type { CommandLine } from './command-line.js';
import { launchFailure } from './launch-failure.js';
import type { LaunchPlace } from './launch-failure.js';
import { keepDescriptors } from './platform.js';
import type { Command, PopenOptions } from './popen-options.js';
import { markedEnvironment } from './process-tree.js';
import type { StdioPlan } from './stdio-plan.js';

/**
 * Starts a program.
 *
 * @throws {Error} with `code` and `path`, if the system refuses
 */
export function startProgram(
  command: Command,
  options: PopenOptions<string | undefined>,
  plan: StdioPlan,
  mark: string | undefined,
): { readonly child: ChildProcess; readonly pid: number } {
  const line = commandLine(command, options.shell, options.executable);
  const child = spawned(line, options, { ...spawnOptions(options, mark), argv0: line.name, stdio: plan.childSides });
  child.on('error', () => undefined); // tells of the start what is thrown here
  if (child.pid === undefined) throw launchFailure(line, options);
  return { child, pid: child.pid };
}

function spawned(line: CommandLine, place: LaunchPlace, options: SpawnOptions): ChildProcess {
  try {
    return spawn(line.file, line.args, options);
  } catch (error) {
    if (isError(error) && 'errno' in error) throw launchFailure(line, place, error);
    throw error;
  }
}

/** What asynchronous and synchronous starts have in common. */
export function spawnOptions(options: PopenOptions<string | undefined>, mark: string | undefined): SpawnOptions {
  keepDescriptors();
  const { cwd, env = process.env, user, group, startNewSession = false } = options;
  return {
    cwd,
    env: mark === undefined ? env : markedEnvironment(env, mark),
    detached: startNewSession,
    ...(user === undefined ? {} : { uid: user }),
    ...(group === undefined ? {} : { gid: group }),
  };
}
