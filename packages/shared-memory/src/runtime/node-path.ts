import { ProcessStartError } from '../base/errors.js';
import { CHILD_MARK } from './origin.js';

/** The environment variable for the Node of children, if the program's own executable is not a plain Node. */
const NODE_VARIABLE = 'MULTIPROCESS_NODE';

// `node:sea` is not in the types of the oldest supported Node.
type Sea = { isSea(): boolean } | undefined;

/**
 * The Node executable for child processes.
 *
 * @param name of the child, for the message
 * @throws {@link ProcessStartError} if this process is a single executable application, and the environment names no Node.
 */
export function nodePath(name: string): string {
  const given = process.env[NODE_VARIABLE];
  if (given !== undefined && given !== '') return given;
  if (!isSingleExecutable()) return process.execPath;
  throw new ProcessStartError(
    `${name} cannot be started: ${process.execPath} is a single executable application, which always runs itself. ` +
      `Set the environment variable ${NODE_VARIABLE} to the path of a Node that children can run on, or use runtime: 'thread'`,
  );
}

/** Whether Node and the application are one file. */
export function isSingleExecutable(): boolean {
  const sea = process.getBuiltinModule('node:sea') as Sea;
  return sea?.isSea() === true;
}

/** The environment of a child process. @param env the environment that the user wants */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const marked: NodeJS.ProcessEnv = { ...env, [CHILD_MARK]: '1' };
  // Makes Electron's executable run as Node.
  if ('electron' in process.versions) marked['ELECTRON_RUN_AS_NODE'] = '1';
  return marked;
}
