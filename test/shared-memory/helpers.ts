import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { SHARED_MEMORY } from '../helpers/segment-directory.js';

/** A program of this area. */
export const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url);

/** A directory for segments that the test's own process does not use, so that its children are alone in it. */
export function newDirectory(): string {
  const directory = mkdtempSync(`${SHARED_MEMORY}/multiprocess-test-`);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The names of the files in it that start so; none if it is gone. */
export function filesIn(directory: string, prefix = ''): string[] {
  try {
    return readdirSync(directory).filter((name) => name.startsWith(prefix));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
