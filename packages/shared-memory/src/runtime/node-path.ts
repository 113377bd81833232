import { ProcessStartError } from '../base/errors.js';
import { CHILD_MARK } from './origin.js';

/** Says which Node children run on, where the program's own executable is no plain Node. */
const NODE_VARIABLE = 'MULTIPROCESS_NODE';

// `node:sea` and Electron are not in the types of the oldest Node that is supported.
type Sea = { isSea(): boolean } | undefined;

/**
 * The executable that runs a program of this toolkit.
 *
 * @param name of what is to be started
 * @throws {ProcessStartError} If this process is an application that is its own Node, and no other is named.
 */
export function nodePath(name: string): string {
  const given = process.env[NODE_VARIABLE];
  if (given !== undefined && given !== '') return given;
  if (!isSingleExecutable()) return process.execPath;
  throw new ProcessStartError(
    `${name} cannot be started: ${process.execPath} is a single executable application, which runs itself whatever it is told to. ` +
      `Set the environment variable ${NODE_VARIABLE} to the path of a Node that children can run on, or use runtime: 'thread'`,
  );
}

/** Whether Node and the application are one file. */
export function isSingleExecutable(): boolean {
  const sea = process.getBuiltinModule('node:sea') as Sea;
  return sea?.isSea() === true;
}

/**
 * The environment of a child of this toolkit.
 *
 * @param env what the user wants it to be
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const marked: NodeJS.ProcessEnv = { ...env, [CHILD_MARK]: '1' };
  // Electron's executable is a Node if it is asked to.
  if ('electron' in process.versions) marked['ELECTRON_RUN_AS_NODE'] = '1';
  return marked;
}
