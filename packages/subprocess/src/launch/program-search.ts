import { accessSync, constants, statSync } from 'node:fs';

/** What `execvp` falls back to where there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** With these `execvp` goes on to the next folder of PATH; others end the search. */
const GO_ON = ['ENOENT', 'EACCES', 'ENOTDIR', 'ESTALE', 'ENODEV', 'ETIMEDOUT'];

/**
 * Where a program is, as `execvp` finds it: a name with a slash is a path from `directory`, another is looked for in PATH.
 *
 * @returns the file, or the code of the error that starting it ends in
 */
export function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): { readonly file: string } | { readonly code: string } {
  const isPath = name.includes('/');
  const folders = isPath ? [''] : (env['PATH'] ?? DEFAULT_PATH).split(':');
  let code = 'ENOENT';
  for (const folder of folders) {
    const file = pathFrom(directory, folder === '' ? name : `${folder}/${name}`);
    const reason = whyNoProgram(file);
    if (reason === undefined) return { file };
    if (isPath || reason === 'EACCES' || !GO_ON.includes(reason)) code = reason;
    if (!GO_ON.includes(reason)) break;
  }
  return { code };
}

/** The code of the error in which executing a file ends; undefined if there is a file that may be executed. */
export function whyNoProgram(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? undefined : 'EACCES'; // a directory
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'ENOENT';
  }
}

/** A path as a program in `directory` means it. Not made absolute: the directory of this process may be gone. */
export function pathFrom(directory: string, path: string): string {
  return path.startsWith('/') || directory === '.' ? path : `${directory}/${path}`;
}
