import { constants } from 'node:fs';

/** The directory itself: its lock goes with the claimer, and needs no file. */
export function claimByDirectory(directory: string): { path: string; flags: number } {
  return { path: directory, flags: constants.O_RDONLY | constants.O_DIRECTORY };
}
