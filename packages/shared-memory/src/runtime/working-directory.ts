import { realpathSync } from 'node:fs';

/**
 * The reason why Node cannot be started in the working directory of this process: it has been deleted. undefined if it
 * exists. Node caches its name, so it does not notice.
 */
export function workingDirectoryFault(): string | undefined {
  try {
    realpathSync.native('.');
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return undefined;
    return "the working directory of this process has been deleted. Go to one that exists first, by process.chdir('/')";
  }
}
