import { accessSync, constants, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { interpreterOf, isUnknownFormat } from './executable-format.js';
import { findProgram, isPath, pathFrom, whyNoProgram } from './program-search.js';

/** A reason in the file system why a program cannot be started. */
export interface Obstacle {
  readonly code: string;
  /** In words, after "cannot start …:". */
  readonly why: string;
  /** The program as the caller named it, or its `cwd`. */
  readonly path: string;
}

/** Where and how a program is to be started. */
export interface LaunchPlace {
  readonly cwd?: string | URL | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** How often a script may have a script as its interpreter. */
const MAX_INTERPRETERS = 5;

const STATES: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be executed',
  ENOTDIR: 'goes through a file',
  ELOOP: 'leads through too many symbolic links',
  ENAMETOOLONG: 'is longer than the system allows',
};

export function directoryOf({ cwd = '.' }: LaunchPlace): string {
  return typeof cwd === 'string' ? cwd : fileURLToPath(cwd);
}

/** Checks what the system checks, in its order: the directory, the program; on Linux its format, and its interpreter. */
export function findObstacle(name: string, place: LaunchPlace): Obstacle | undefined {
  const directory = directoryOf(place);
  const inDirectory = obstacleInDirectory(directory);
  if (inDirectory !== undefined) return inDirectory;
  const found = findProgram(name, place.env ?? process.env, directory);
  if ('code' in found) {
    const why = found.why ?? `${name} ${stateOf(found.code)}${whereOf(name, found.code)}`;
    return { code: found.code, why: why + adviceOn(name, place, directory), path: name };
  }
  if (process.platform === 'win32') return undefined;
  if (isUnknownFormat(found.file)) return unknownFormat(name);
  return obstacleInInterpreter(name, found.file, directory);
}

function whereOf(name: string, code: string): string {
  if (isPath(name)) return '';
  return code === 'ENOENT' ? ' in any folder of PATH' : ' in PATH';
}

/** For a command line in the place of a name: `run('ls -l')`. A path with spaces is not taken for one, unless its first word is a program. */
function adviceOn(name: string, { env }: LaunchPlace, directory: string): string {
  const words = name.trim().split(/\s+/);
  if (words.length === 1 || 'code' in findProgram(words[0]!, env ?? process.env, directory)) return '';
  const shown = inspect(words, { breakLength: Infinity, maxArrayLength: 10, maxStringLength: 100 });
  return `. All of it was taken for the name of a program: give its arguments apart, as in ${shown}, or the line to a shell`;
}

/** The obstacle of a file in a format that the kernel does not know. */
export function unknownFormat(name: string): Obstacle {
  const why = `${name} is neither a program for this machine nor a script that begins with #!`;
  return { code: 'ENOEXEC', why, path: name };
}

function obstacleInDirectory(directory: string): Obstacle | undefined {
  const not = (code: string, why: string): Obstacle => ({ code, why: `its cwd ${directory} ${why}`, path: directory });
  try {
    if (!statSync(directory).isDirectory()) return not('ENOTDIR', 'is not a directory');
    accessSync(directory, constants.X_OK);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'ENOENT';
    return not(code, code === 'EACCES' ? 'may not be entered' : stateOf(code));
  }
}

function obstacleInInterpreter(name: string, program: string, directory: string): Obstacle | undefined {
  let file = program;
  for (let depth = 0; depth < MAX_INTERPRETERS; depth++) {
    const interpreter = interpreterOf(file);
    if (interpreter === undefined) return undefined;
    file = pathFrom(directory, interpreter.path);
    const code = whyNoProgram(file);
    if (code === undefined) continue;
    return { code, why: `its ${interpreter.kind} ${interpreter.path} ${stateOf(code)}`, path: name };
  }
  return {
    code: 'ELOOP',
    why: `the interpreter of its interpreter, and so on, is a script ${MAX_INTERPRETERS} times`,
    path: name,
  };
}

function stateOf(code: string): string {
  return STATES[code] ?? `cannot be reached (${code})`;
}
