import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

const DELETED = ' (deleted)';

/** The path in `/proc` of the process's descriptor of a removed file that had that path; undefined if it has none. */
export function descriptorOfDeleted(pid: number, path: string): string | undefined {
  return findDescriptor(pid, (descriptor) => readlinkSync(descriptor) === path + DELETED);
}

/** The same, for a file of that name in any directory: its directory may have been renamed. */
export function descriptorOfName(pid: number, fileName: string): string | undefined {
  return findDescriptor(pid, (descriptor) => isNamed(descriptor, fileName));
}

/** The same, for the one with that inode: a file of another file system may have it as well, but hardly that name. */
export function descriptorOfInode(pid: number, fileName: string, inode: number): string | undefined {
  return findDescriptor(pid, (descriptor) => {
    const status = statSync(descriptor);
    return status.isFile() && status.ino === inode && isNamed(descriptor, fileName);
  });
}

function isNamed(descriptor: string, fileName: string): boolean {
  const link = readlinkSync(descriptor);
  return link.endsWith(`/${fileName}`) || link.endsWith(`/${fileName}${DELETED}`);
}

function findDescriptor(pid: number, matches: (descriptor: string) => boolean): string | undefined {
  const directory = `/proc/${pid}/fd`;
  try {
    for (const number of readdirSync(directory)) {
      const descriptor = `${directory}/${number}`;
      try {
        if (matches(descriptor)) return descriptor;
      } catch {
        // Closed meanwhile.
      }
    }
  } catch {
    // Ended meanwhile, or of another user.
  }
  return undefined;
}

/** Whether the process has a removed file mapped that had that path. */
export function mapsDeleted(pid: number, path: string): boolean {
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
    return maps.includes(` ${path}${DELETED}\n`);
  } catch {
    return false;
  }
}
