import { isRandomName, randomName } from '../base/random.js';

// The names that a segment's file has before and after its own. A process that is killed in between leaves such a file,
// and a sweep removes it.
const MAKING = 'making-';
const GONE = 'gone-';

/** A new file's, until it is complete. */
export function makingName(): string {
  return `${MAKING}${randomName()}`;
}

/** That of a file with this inode, just before it is removed: this file's alone, as long as it exists. Needs no random number. */
export function goneName(inode: number): string {
  return `${GONE}${inode}`;
}

/** Whether {@link makingName} made it. Such a file may still be empty. */
export function isMakingName(name: string): boolean {
  return name.startsWith(MAKING) && isRandomName(name.slice(MAKING.length));
}

/** Whether it may be one of {@link goneName}. A person may use such a name too: look at what the file begins with. */
export function isGoneName(name: string): boolean {
  return name.startsWith(GONE) && /^\d+$/.test(name.slice(GONE.length));
}
