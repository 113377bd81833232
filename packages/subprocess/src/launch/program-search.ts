import { accessSync, constants, statSync } from 'node:fs';
import { win32 } from 'node:path';
import type { FoundProgram, Variables } from './found-program.js';
import { findOnWindows, isWindowsPath } from './windows-search.js';

/** What `execvp` uses if there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** After these errors `execvp` tries the next folder of PATH; others end the search. */
const GO_ON = ['ENOENT', 'EACCES', 'ENOTDIR', 'ESTALE', 'ENODEV', 'ETIMEDOUT'];

/** Where a program is: a path from `directory`, or a name that is looked for in PATH. */
export function findProgram(name: string, env: Variables, directory: string): FoundProgram {
  if (process.platform === 'win32') return findOnWindows(name, env, directory);
  return findByExecvp(name, env, directory);
}

/** Whether a name is a path, and so not looked for in PATH. */
export function isPath(name: string): boolean {
  return process.platform === 'win32' ? isWindowsPath(name) : name.includes('/');
}

/** As `execvp` finds it. */
function findByExecvp(name: string, env: Variables, directory: string): FoundProgram {
  const folders = isPath(name) ? [''] : (env['PATH'] ?? DEFAULT_PATH).split(':');
  let code = 'ENOENT';
  for (const folder of folders) {
    const file = pathFrom(directory, folder === '' ? name : `${folder}/${name}`);
    const reason = whyNoProgram(file);
    if (reason === undefined) return { file };
    if (isPath(name) || reason === 'EACCES' || !GO_ON.includes(reason)) code = reason;
    if (!GO_ON.includes(reason)) break;
  }
  return { code };
}

/** The code of the error that executing a file would give; undefined if it may be executed. */
export function whyNoProgram(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? undefined : 'EACCES'; // a directory
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'ENOENT';
  }
}

/** A path relative to `directory`. It is not made absolute, as the directory of this process may have been deleted. */
export function pathFrom(directory: string, path: string): string {
  const isAbsolute = process.platform === 'win32' ? win32.isAbsolute(path) : path.startsWith('/');
  return isAbsolute || directory === '.' ? path : `${directory}/${path}`;
}
