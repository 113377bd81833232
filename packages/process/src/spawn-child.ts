import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  ProcessStartError,
  childEnvironment,
  inheritedExecArgv,
  isError,
  isMisuse,
  nodePath,
  workingDirectoryFault,
} from '@multiprocess/shared-memory';
import type { SpawnSettings, StdioEntry } from './process-options.js';

const CHILD_MAIN = fileURLToPath(new URL('./child-main.js', import.meta.url));

const USUAL_STDIO: readonly StdioEntry[] = ['ignore', 'inherit', 'inherit'];

/** Where the segments are. A child that looked elsewhere would find nothing that it is given. */
const DIRECTORY = 'MULTIPROCESS_DIR';

/**
 * Starts Node on the child's side of this package.
 *
 * @throws {ProcessStartError} If the system refuses; `cause` says why.
 */
export function spawnChild(
  name: string,
  launch: string,
  settings: SpawnSettings,
): { process: ChildProcess; pid: number } {
  const { cwd, detached = false, execArgv = inheritedExecArgv(), stdio = USUAL_STDIO } = settings;
  const parent = detached ? [] : [String(process.pid)];
  return started(name, [...execArgv, CHILD_MAIN, launch, ...parent], {
    cwd,
    detached,
    env: environmentOf(settings.env),
    stdio: typeof stdio === 'string' ? stdio : [...stdio],
  });
}

/** Like {@link spawnChild}, but what it is for is not known yet: that comes through its berth. */
export function spawnSpare(berth: string): { process: ChildProcess; pid: number } {
  return started('A spare process', [...inheritedExecArgv(), CHILD_MAIN, berth, String(process.pid), 'spare'], {
    env: childEnvironment(process.env),
    stdio: [...USUAL_STDIO],
  });
}

/** @throws {ProcessStartError} If the working directory of this process, which a child inherits, is not there any more. */
export function refuseWithoutDirectory(name: string): void {
  const fault = workingDirectoryFault();
  if (fault !== undefined) throw new ProcessStartError(`${name} cannot be started: ${fault}`);
}

function started(name: string, args: string[], options: SpawnOptions): { process: ChildProcess; pid: number } {
  const node = nodePath(name);
  const child = spawnNode(name, node, args, options);
  child.on('error', () => undefined); // comes later: why it was not started, which is thrown here, or could not be sent a signal
  if (child.pid !== undefined) return { process: child, pid: child.pid };
  throw new ProcessStartError(`${name} could not be started: ${whyRefused(node, options.cwd)}`);
}

/** Most reasons come as an event, but some are thrown, as are wrong options. */
function spawnNode(name: string, node: string, args: string[], options: SpawnOptions): ChildProcess {
  try {
    // Loaded here: most children start none, and it is a tenth of what they would load.
    return process.getBuiltinModule('node:child_process').spawn(node, args, options);
  } catch (cause) {
    if (!isError(cause) || isMisuse(cause)) throw cause;
    throw new ProcessStartError(`${name} could not be started: ${cause.message}`, { cause });
  }
}

function environmentOf(env: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const directory = process.env[DIRECTORY];
  if (env === undefined || directory === undefined) return childEnvironment(env ?? process.env);
  return childEnvironment({ [DIRECTORY]: directory, ...env });
}

/** Node tells the reason in an event only, which comes too late for whoever called. */
function whyRefused(node: string, cwd: string | URL | undefined): string {
  if (cwd !== undefined && statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `its cwd ${String(cwd)} is no directory`;
  }
  if (statSync(node, { throwIfNoEntry: false }) === undefined) return `${node} is not there`;
  try {
    closeSync(openSync('/dev/null', 'r'));
  } catch (error) {
    return (error as Error).message;
  }
  return 'the system has no room for another process, or forbids it';
}
