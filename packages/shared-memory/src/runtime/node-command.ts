import { inheritedExecArgv } from './exec-arguments.js';
import { CHILD_MARK } from './origin.js';
import { programFile } from './program-file.js';
import { isSingleExecutable } from './single-executable.js';
import type { TakeOver } from './take-over.js';

/** The environment variable for the Node of children, if the program's own executable is not a plain Node. */
const NODE_VARIABLE = 'MULTIPROCESS_NODE';

// In dist/: see REQUIRED in test/tools/bundle.mjs.
const TAKE_OVER = {
  program: 'take-over.cjs',
  of: '@multiprocess/shared-memory',
  beside() {
    return new URL('./take-over.cjs', import.meta.url);
  },
};

/** A program for Node. */
interface NodeProgram {
  /** The path of its file. */
  readonly program: string;
  readonly args: readonly string[];
  /** The environment that the user wants. */
  readonly env: NodeJS.ProcessEnv;
  /** Options of Node. Default: those of this process. */
  readonly execArgv?: readonly string[] | undefined;
}

/** What the system is to start. */
export interface NodeCommand {
  readonly executable: string;
  readonly args: string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The command that runs a program in a child process. In both forms, its first argument is `process.argv[2]`.
 *
 * @param asked the program, its arguments, its environment, and flags of Node
 * @throws {@link ProcessStartError} in a single executable application, if the package is not installed beside it.
 */
export function nodeCommand(asked: NodeProgram): NodeCommand {
  const { program, args, env, execArgv } = asked;
  const given = process.env[NODE_VARIABLE];
  const node = given === undefined || given === '' ? undefined : given;
  if (node === undefined && isSingleExecutable()) return ownCommand(asked);
  return {
    executable: node ?? process.execPath,
    args: [...(execArgv ?? inheritedExecArgv()), program, ...args],
    env: childEnvironment(env),
  };
}

/**
 * A single executable passes all its arguments to the application. But it requires what `NODE_OPTIONS` tells it to, before the
 * application: a file that runs the program instead of it.
 */
function ownCommand({ program, args, env, execArgv }: NodeProgram): NodeCommand {
  const options = execArgv ?? inheritedExecArgv().filter(isAllowedInEnvironment);
  const takeOver: TakeOver = { program, execArgv: options, nodeOptions: env['NODE_OPTIONS'] };
  const nodeOptions = [...options, '--require', programFile(TAKE_OVER)].map(quoted).join(' ');
  return {
    executable: process.execPath,
    args: [...args],
    env: {
      ...childEnvironment(env),
      [CHILD_MARK]: JSON.stringify(takeOver),
      NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} ${nodeOptions}`,
    },
  };
}

/** An option that this process has by other means, such as the configuration of the executable, is there in a child as well. */
function isAllowedInEnvironment(option: string): boolean {
  return process.allowedNodeEnvironmentFlags.has(option.split('=', 1)[0]!);
}

function quoted(option: string): string {
  return `"${option.replace(/["\\]/g, '\\$&')}"`;
}

/** The environment of a child process or thread. @param env the environment that the user wants */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const marked: NodeJS.ProcessEnv = { ...env, [CHILD_MARK]: '1' };
  // Makes Electron's executable run as Node.
  if ('electron' in process.versions) marked['ELECTRON_RUN_AS_NODE'] = '1';
  return marked;
}
