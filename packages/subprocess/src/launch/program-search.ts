import { accessSync, constants, statSync } from 'node:fs';

/** What `execvp` uses if there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** After these errors `execvp` tries the next folder of PATH; others end the search. */
const GO_ON = ['ENOENT', 'EACCES', 'ENOTDIR', 'ESTALE', 'ENODEV', 'ETIMEDOUT'];

/**
 * Where a program is, as `execvp` finds it: a name with a slash is a path from `directory`, another is looked for in PATH.
 *
 * @returns the file, or the code of the error that starting it would give
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
  return path.startsWith('/') || directory === '.' ? path : `${directory}/${path}`;
}
