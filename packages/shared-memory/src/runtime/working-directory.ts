import { realpathSync } from 'node:fs';

/**
 * Why no Node can be started in the working directory of this process, if that is so: it has been deleted. Node itself
 * remembers what it was called, and does not notice.
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
