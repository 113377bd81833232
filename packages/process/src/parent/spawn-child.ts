import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { constants as system } from 'node:os';
import {
  defaultDirectory,
  DIRECTORY_VARIABLE,
  isError,
  isMisuse,
  nodeCommand,
  ProcessStartError,
  programFile,
  segmentDirectory,
  systemErrorOf,
  systemReason,
  thisThread,
  workingDirectoryFault,
} from '@multiprocess/shared-memory';
import type { NodeCommand } from '@multiprocess/shared-memory';
import type { SpawnSettings } from '../launch/process-options.js';
import type { StdioEntry } from '../launch/stdio-entry.js';

/** The usual reason of `fork`, if no other is found. */
const AGAIN = -system.errno.EAGAIN;
/** The most descriptors that a start takes here: two to learn whether it succeeded, and two for each of its streams. */
const DESCRIPTORS_OF_START = 8;
/** What Node throws if a variable is longer than the kernel takes. */
const TOO_LONG = -system.errno.E2BIG;
/** MAX_ARG_STRLEN of Linux, with the name and the equals sign. */
const MAX_STRING = 131_072;

// In dist/, where the programs lie beside the index: see REQUIRED in test/tools/bundle.mjs.
const CHILD_MAIN = {
  program: 'child-main.cjs',
  of: '@multiprocess/process',
  beside() {
    return new URL('./child-main.cjs', import.meta.url);
  },
};

const USUAL_STDIO: readonly StdioEntry[] = ['ignore', 'inherit', 'inherit'];

/**
 * Starts Node on the child's side of this package.
 *
 * @throws {@link ProcessStartError} if the system refuses; `cause` says why.
 */
export function spawnChild(
  name: string,
  launch: string,
  settings: SpawnSettings,
): { process: ChildProcess; pid: number } {
  const { cwd, detached = false, env, execArgv, stdio = USUAL_STDIO } = settings;
  const parent = detached ? [] : [parentName()];
  return started(name, childCommand([launch, ...parent], env, execArgv), {
    cwd,
    detached,
    stdio: typeof stdio === 'string' ? stdio : [...stdio],
  });
}

/** Like {@link spawnChild}, for a spare: it gets its launch later, through the slot. */
export function spawnSpare(slot: string): { process: ChildProcess; pid: number } {
  return started('A spare process', childCommand([slot, parentName(), 'spare']), { stdio: [...USUAL_STDIO] });
}

function childCommand(args: string[], env?: NodeJS.ProcessEnv, execArgv?: readonly string[]): NodeCommand {
  return nodeCommand({ program: programFile(CHILD_MAIN), args, env: environmentOf(env), execArgv });
}

/** This thread, for a child that is to end with it. */
function parentName(): string {
  return `${process.pid}:${thisThread().self}`;
}

/** @throws {@link ProcessStartError} if the working directory of this process, which a child inherits, was deleted. */
export function refuseWithoutDirectory(name: string): void {
  const fault = workingDirectoryFault();
  if (fault !== undefined) throw new ProcessStartError(`${name} cannot be started: ${fault}`);
}

function started(name: string, command: NodeCommand, options: SpawnOptions): { process: ChildProcess; pid: number } {
  const child = spawnNode(name, command, options);
  child.on('error', () => undefined); // a failed start, which is thrown below, or a signal that could not be sent
  if (child.pid !== undefined) return { process: child, pid: child.pid };
  const why = whyRefused(command, options.cwd);
  throw new ProcessStartError(`${name} could not be started: ${why.message}`, { cause: why.cause });
}

/** Node reports most failures by an event, but throws some, and wrong options. */
function spawnNode(name: string, { executable, args, env }: NodeCommand, options: SpawnOptions): ChildProcess {
  try {
    // Loaded here: most children start none, and it would be a tenth of what they load.
    return process.getBuiltinModule('node:child_process').spawn(executable, args, { ...options, env });
  } catch (cause) {
    if (!isError(cause) || isMisuse(cause)) throw cause;
    throw new ProcessStartError(`${name} could not be started: ${systemReason(cause)}`, { cause });
  }
}

/** Makes the child look for segments where this process creates them; otherwise it would not even find its launch. */
function environmentOf(env: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const inherited = env ?? process.env;
  const directory = segmentDirectory();
  const ours: Record<string, string> = { ...thisThread().registry.inheritance };
  if ((inherited[DIRECTORY_VARIABLE] ?? defaultDirectory()) !== directory) ours[DIRECTORY_VARIABLE] = directory;
  return { ...inherited, ...ours };
}

interface Refusal {
  readonly message: string;
  readonly cause?: unknown;
}

/** Finds the reason, which Node tells only in an event after the call has returned. */
function whyRefused({ executable: node, env }: NodeCommand, cwd: string | URL | undefined): Refusal {
  if (cwd !== undefined && statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { message: `its cwd ${String(cwd)} is not a directory` };
  }
  if (statSync(node, { throwIfNoEntry: false }) === undefined) return { message: `${node} does not exist` };
  try {
    accessSync(node, constants.X_OK);
    openAndClose(DESCRIPTORS_OF_START);
  } catch (cause) {
    return { message: systemReason(cause, 'path'), cause };
  }
  // Deno does not throw what Node and Bun do.
  const isTooLong = Object.entries(env).some(([name, value = '']) => name.length + value.length >= MAX_STRING);
  const cause = isTooLong ? systemErrorOf(TOO_LONG, 'execve') : systemErrorOf(AGAIN, 'fork');
  return { message: systemReason(cause), cause };
}

/** Opens so many files at a time, and closes them. Throws the system's error if that cannot be. */
function openAndClose(count: number): void {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync('/dev/null', 'r'));
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
