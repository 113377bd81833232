import { join } from 'node:path';
import { withDirectory } from '../files/directory.js';
import { hasErrorCode } from '../base/errno.js';
import { descriptorOfDeleted, descriptorOfInode, mayHoldLocks } from '../platform/index.js';
import { copyRegistry } from './registry-layout.js';
import type { RegistryCopy } from './registry-layout.js';
import { openFile, openLostFile } from '../files/segment-file.js';
import type { OpenedFile } from '../files/segment-file.js';

/** The name of the registry in its directory. */
export const REGISTRY_FILE = 'registry';

/**
 * The environment variable that leads a child to the registry of its parent if that has lost its name: the parent's process
 * id, and the inode of the file that it has open.
 */
const VARIABLE = 'MULTIPROCESS_REGISTRY';

/** The environment that leads a child of this process to the registry with that inode. */
export function inheritanceOf(inode: number): Readonly<Record<string, string>> {
  return { [VARIABLE]: `${process.pid}:${inode}` };
}

/** Opens the parent's registry if the environment names it, else that of the directory, else one that has lost its name. */
export function openRegistryFile(directory: string): OpenedFile | undefined {
  const path = join(directory, REGISTRY_FILE);
  return (
    openInherited(path) ??
    openFile(directory, REGISTRY_FILE, { reachable: true }) ??
    openThrough(lostRegistry(path), path)
  );
}

/** A copy of the registry's file; undefined if there is none. Throws what {@link copyRegistry} throws. */
export function readRegistryFile(path: string): RegistryCopy | undefined {
  return withDirectory(`read ${path}`, () => {
    const found = readIfPresent(path);
    if (found !== undefined) return found;
    const through = lostRegistry(path);
    return through === undefined ? undefined : readIfPresent(through);
  });
}

/** The path in `/proc` of a descriptor that a living process of this user has of a registry that has lost its name. */
function lostRegistry(path: string): string | undefined {
  for (const pid of lockHolders()) {
    const found = descriptorOfDeleted(pid, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every process that has a segment holds a lock on it. */
function lockHolders(): readonly number[] {
  try {
    return mayHoldLocks();
  } catch {
    return []; // no `/proc`, or no descriptor
  }
}

function openInherited(path: string): OpenedFile | undefined {
  const [pid, inode] = (process.env[VARIABLE] ?? '').split(':').map(Number);
  if (pid === undefined || inode === undefined) return undefined;
  return openThrough(descriptorOfInode(pid, REGISTRY_FILE, inode), path);
}

function openThrough(descriptor: string | undefined, path: string): OpenedFile | undefined {
  return descriptor === undefined ? undefined : openLostFile(descriptor, path, { reachable: true });
}

function readIfPresent(path: string): RegistryCopy | undefined {
  try {
    return copyRegistry(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
