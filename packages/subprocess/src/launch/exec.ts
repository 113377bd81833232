import { isMainThread } from 'node:worker_threads';
import { argumentError, checkArray } from '@multiprocess/shared-memory';
import { failure, launchFailure } from './launch-failure.js';
import { support } from '../platform/chosen-support.js';
import { findObstacle } from './obstacle.js';
import { checkEnvironment } from '../options/popen-options.js';
import { findProgram, isPath } from './program-search.js';

/** All variables of a program, by name; those that are `undefined` are left out. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces this program by another one, in the same process and with the same standard streams. Open shared objects are closed
 * first. `finally` blocks and listeners of `'exit'` do not run, and output that was not flushed is lost.
 *
 * @param args the name of the program, and its arguments
 * @throws {@link Error} with `code` and `path`, if the program does not exist or may not be executed. Nothing has changed then. If the
 * kernel refuses it later (unknown format, arguments too long), shared objects have been closed.
 * @throws {@link TypeError} or {@link RangeError} if `args` is empty, or not an array of strings.
 * @throws {@link UnsupportedPlatformError} on systems without a native part.
 * @see {@link execvp}, which looks for the program in PATH
 * @example
 * ```ts source="../run.examples.ts#execv"
 * execv('/bin/sh', ['sh', '-c', 'exec python3 main.py']); // the first argument is what it is called
 * ```
 */
export function execv(path: string, args: readonly string[]): never {
  return become(path, asPath(path), args, process.env);
}

/** Like {@link execv}, with a complete environment. */
export function execve(path: string, args: readonly string[], env: Environment): never {
  return become(path, asPath(path), args, env);
}

/**
 * Like {@link execv}; a name without a slash is looked for in PATH.
 *
 * @example
 * ```ts source="../run.examples.ts#exec"
 * execvp('vim', ['vim', 'notes.txt']); // this process is vim from now on: nothing below runs
 * ```
 */
export function execvp(file: string, args: readonly string[]): never {
  return become(file, file, args, process.env);
}

/** Like {@link execvp}, with a complete environment, in whose PATH the program is looked for. */
export function execvpe(file: string, args: readonly string[], env: Environment): never {
  return become(file, file, args, env);
}

/** Like {@link execv}, with the arguments one by one. */
export function execl(path: string, ...args: string[]): never {
  return execv(path, args);
}

/** Like {@link execve}, with the arguments one by one and the environment last. */
export function execle(path: string, ...args: [...string[], Environment]): never {
  const [words, env] = apart(args);
  return execve(path, words, env);
}

/** Like {@link execvp}, with the arguments one by one. */
export function execlp(file: string, ...args: string[]): never {
  return execvp(file, args);
}

/** Like {@link execvpe}, with the arguments one by one and the environment last. */
export function execlpe(file: string, ...args: [...string[], Environment]): never {
  const [words, env] = apart(args);
  return execvpe(file, words, env);
}

function apart(args: readonly unknown[]): [string[], Environment] {
  const env = args.at(-1);
  checkEnvironment('The last argument', env);
  return [args.slice(0, -1) as string[], env as Environment];
}

/** A name that is not looked for in PATH. */
function asPath(file: string): string {
  return typeof file !== 'string' || isPath(file) ? file : `./${file}`;
}

/** @param place a path, or a name that is looked for in the PATH of `env` */
function become(name: string, place: string, args: readonly string[], env: Environment): never {
  checkArray('args', args, 'an array that begins with the name of the program');
  if (args.length === 0) throw new RangeError('args must begin with the name of the program, received []');
  for (const word of [place, ...args]) checkWord(word);
  checkEnvironment('env', env);
  if (!isMainThread) throw new TypeError('Only the main thread can become another program');
  const found = findProgram(place, env, '.');
  const obstacle = findObstacle(place, { env });
  if (obstacle !== undefined) throw failure(name, { ...obstacle, path: name }, 'execve');
  if ('code' in found) throw launchFailure(name, { env }, undefined, 'execve'); // the obstacle has gone since the search
  const variables = Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined);
  const refused = support().replaceProcess(
    found.file,
    args,
    variables.map(([key, value]) => `${key}=${value}`),
  );
  throw launchFailure(name, { env }, refused, 'execve');
}

/** The kernel takes strings that end with NUL, so none can be in them. */
function checkWord(word: unknown): void {
  if (typeof word === 'string' && !word.includes('\0')) return;
  throw argumentError('A program and its arguments', 'strings without NUL', word);
}
