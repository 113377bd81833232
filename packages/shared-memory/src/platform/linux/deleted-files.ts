import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';

const DELETED = ' (deleted)';

/** The path in `/proc` of a descriptor that this process has of the file that once had that name; undefined if it has none. */
export function descriptorOfDeleted(pid: number, path: string): string | undefined {
  return findDescriptor(pid, (descriptor) => readlinkSync(descriptor) === path + DELETED);
}

/** The same, for a file of that name in whatever directory: its own may have been renamed. */
export function descriptorOfName(pid: number, fileName: string): string | undefined {
  return findDescriptor(pid, (descriptor) => {
    const link = readlinkSync(descriptor);
    return link.endsWith(`/${fileName}`) || link.endsWith(`/${fileName}${DELETED}`);
  });
}

/** The same, for the file with that inode. */
export function descriptorOfInode(pid: number, inode: number): string | undefined {
  return findDescriptor(pid, (descriptor) => {
    const status = statSync(descriptor);
    return status.isFile() && status.ino === inode;
  });
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

/** Whether this process has a file mapped that was removed while it had that name. */
export function mapsDeleted(pid: number, path: string): boolean {
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
    return maps.includes(` ${path}${DELETED}\n`);
  } catch {
    return false;
  }
}
