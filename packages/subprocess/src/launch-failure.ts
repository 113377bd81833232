import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { closeDescriptor } from '@multiprocess/shared-memory';
import type { CommandLine } from './command-line.js';
import { makePipe } from './platform.js';
import { findProgram } from './program-search.js';

export interface LaunchPlace {
  readonly cwd?: string | URL | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Why a program could not be started. Node tells most reasons in an event, too late for the constructor that must throw it.
 *
 * @param told what Node has told, for reasons that cannot be found out here
 */
export function launchFailure(line: CommandLine, { cwd = '.', env = process.env }: LaunchPlace, told?: Error): Error {
  const directory = typeof cwd === 'string' ? cwd : fileURLToPath(cwd);
  const place = statSync(directory, { throwIfNoEntry: false });
  if (place === undefined) return failure('ENOENT', `its cwd ${directory} is not there`, directory);
  if (!place.isDirectory()) return failure('ENOTDIR', `its cwd ${directory} is no directory`, directory);
  const found = findProgram(line.file, env, directory);
  if ('code' in found) {
    const why = { ENOENT: 'is not there', EACCES: 'may not be executed', ENOTDIR: 'goes through a file' }[found.code];
    const where = line.file.includes('/') ? '' : found.code === 'ENOENT' ? ' in any folder of PATH' : ' in PATH';
    return failure(found.code, `${line.file} ${why}${where}`, line.file);
  }
  if (told !== undefined) return Object.assign(told, { path: line.file, syscall: 'spawn' });
  return noRoomError() ?? failure('EAGAIN', 'the system has no room for another process, or forbids it', line.file);

  function failure(code: keyof typeof constants.errno, why: string, path: string): Error {
    const errno = -constants.errno[code];
    return Object.assign(new Error(`${code}: cannot start ${line.file}: ${why}`), {
      code,
      errno,
      syscall: 'spawn',
      path,
    });
  }
}

/** EMFILE or ENFILE, if there are no descriptors left: starting a program takes two, by which it tells whether it runs. */
function noRoomError(): Error | undefined {
  try {
    const { readEnd, writeEnd } = makePipe();
    closeDescriptor(readEnd);
    closeDescriptor(writeEnd);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
