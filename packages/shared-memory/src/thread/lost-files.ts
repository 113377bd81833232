import { clock } from '../base/clock.js';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { withDirectory } from '../files/directory.js';
import { HandleError } from '../base/errors.js';
import { descriptorOfName, mapsDeleted } from '../platform/linux/deleted-files.js';
import type { Registry } from './registry.js';

// Others may remove files of living programs: a cleaner, or logind at logout (RemoveIPC=yes). The memory stays with the
// processes that have it; the name is lost, by which others would find it. A file cannot get a name again once it has none.
//   registry   a new process opens it through a descriptor that each process keeps of it (see `keepReachable`): through its
//              parent's if it was started by this toolkit, else through that of any process of this user. So all living
//              programs still agree about which threads live, and their new objects can be handed over as before.
//   objects    with a descriptor that is kept for them, in the same way; without, they cannot be attached any more.
//   names      lead to nothing any more: a program that made an object anew under one would have another than those that have the
//              old one, and hold a lock that is held. So a named object is refused as long as its old file, or the registry,
//              lives on without a name. An object that was unlinked on purpose had another name by then, and is no hindrance.

/** After a look that took this long, so many times as long passes before the next: looking must not be what a program does. */
const REST = 20;
let nextLook = 0;

/** The path in `/proc` of a descriptor that a living process has of an object whose registry has lost its name. */
export function lostObject(registry: Registry, fileName: string): string | undefined {
  if (!registry.isLost) return undefined;
  for (const pid of registry.pids()) {
    const found = descriptorOfName(pid, fileName);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Makes sure that a name means the same to all processes, before an object of that name is made.
 *
 * @throws {HandleError} If it does not.
 */
export function refuseLostName(registry: Registry, name: string, fileName: string): void {
  const path = join(registry.directory, fileName);
  const isThere = withDirectory(`look for ${path}`, () => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  if (registry.isLost) {
    throw new HandleError(
      `The name ${JSON.stringify(name)} cannot be trusted: ${registry.directory} was emptied or replaced under running programs, so that the same name may stand for two objects. End those programs first (processes ${registry.pids().join(', ')})`,
    );
  }
  const now = clock.now();
  if (isThere || now < nextLook) return;
  const holder = registry.pids().find((pid) => mapsDeleted(pid, path));
  nextLook = clock.now() + REST * (clock.now() - now);
  if (holder === undefined) return;
  throw new HandleError(
    `The object named ${JSON.stringify(name)} has lost its file ${path}, which was removed while process ${holder} has it: another of that name would not be the same. End that process, or take another name`,
  );
}
