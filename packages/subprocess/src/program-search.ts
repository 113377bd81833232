import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** What `execvp` falls back to where there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/**
 * Where a program is, as `execvp` finds it: a name with a slash is a path from `directory`, another is looked for in PATH.
 *
 * @returns the file, or the code of the error that starting it ends in
 */
export function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): { readonly file: string } | { readonly code: 'ENOENT' | 'EACCES' | 'ENOTDIR' } {
  const folders = name.includes('/') ? [''] : (env['PATH'] ?? DEFAULT_PATH).split(':');
  let code: 'ENOENT' | 'EACCES' | 'ENOTDIR' = 'ENOENT';
  for (const folder of folders) {
    const file = path.resolve(directory, folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return { file };
      code = 'EACCES'; // a directory
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code;
      if (reason === 'EACCES' || (reason === 'ENOTDIR' && name.includes('/'))) code = reason;
    }
  }
  return { code };
}
