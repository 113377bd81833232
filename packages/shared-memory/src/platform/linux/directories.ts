import { tmpdir } from 'node:os';

const IN_MEMORY = '/dev/shm';
/** The directory for all users on every Linux. Not `os.tmpdir()`, which can differ between programs of one user. */
const ON_DISK = '/tmp';

/** On a system of another kind, that of temporary files. */
export function sharedDirectories(): readonly string[] {
  return process.platform === 'linux' ? [IN_MEMORY, ON_DISK] : [tmpdir()];
}
