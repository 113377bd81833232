import { clock } from '../base/clock.js';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { withDirectory } from '../files/directory.js';
import { HandleError } from '../base/errors.js';
import { descriptorOfName, mapsDeleted } from '../platform/index.js';
import type { Registry } from './registry.js';

// Other programs may remove files that are in use: a cleaner, or logind at logout (RemoveIPC=yes). The processes that have
// the memory keep it, but a file without a name can never get one again, so no other process finds it by its name.
//   registry   Each process keeps a descriptor of it (see `keepReachable`). A new process opens it through the descriptor of
//              its parent, if this toolkit started it, else through that of any process of this user. So all living programs
//              still agree about which threads live, and their new objects can be handed over as before.
//   objects    Those with a descriptor are opened in the same way. The others can no longer be attached to.
//   names      A program that created an object anew under a lost name would have another object than the programs with the
//              old one, and could take a lock that is held. So a named object is refused as long as its old file, or the
//              registry, lives on without a name. An object that was unlinked on purpose got another name first, so it does
//              not matter.

/** After a search, this many times its duration passes before the next, so that it takes a small share of the time. */
const REST = 20;
let nextLook = 0;

/** The path in `/proc` of a living process's descriptor of an object, if the registry has lost its name. */
export function lostObject(registry: Registry, fileName: string): string | undefined {
  if (!registry.isLost) return undefined;
  for (const pid of registry.pids()) {
    const found = descriptorOfName(pid, fileName);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Checks that a name means the same object to all processes. Called before an object of that name is created.
 *
 * @throws {@link HandleError} if it does not.
 */
export function refuseLostName(registry: Registry, name: string, fileName: string): void {
  const path = join(registry.directory, fileName);
  const isThere = withDirectory(`look for ${path}`, () => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  if (registry.isLost) {
    throw new HandleError(
      `The name ${JSON.stringify(name)} cannot be trusted: ${registry.directory} was emptied or replaced while programs used it, so the same name may stand for two objects. End those programs first (processes ${registry.pids().join(', ')})`,
    );
  }
  const now = clock.now();
  if (isThere || now < nextLook) return;
  const holder = registry.pids().find((pid) => mapsDeleted(pid, path));
  nextLook = clock.now() + REST * (clock.now() - now);
  if (holder === undefined) return;
  throw new HandleError(
    `The object named ${JSON.stringify(name)} has lost its file ${path}, which was removed while process ${holder} uses it: a new object of that name would not be the same. End that process, or choose another name`,
  );
}
