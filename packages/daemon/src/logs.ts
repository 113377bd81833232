import { closeSync } from 'node:fs';
import type { Settings } from './daemon-options.js';
import { openLog } from './open-log.js';
import { duplicate } from './platform.js';

const STDOUT = 1;
const STDERR = 2;

/**
 * Opens the outputs of this daemon again whenever it gets SIGHUP: what rotates logs moves the file, and says so by that signal.
 * Where one cannot be opened, the old one stays. Does nothing for a daemon without files.
 */
export function openLogs({ stdout, stderr }: Settings): void {
  if (stdout === undefined && stderr === undefined) return;
  process.on('SIGHUP', () => {
    reopen(stderr, STDERR);
    reopen(stdout, STDOUT);
  });
}

function reopen(path: string | undefined, fd: number): void {
  if (path === undefined) return;
  try {
    const opened = openLog(path);
    duplicate(opened, fd);
    closeSync(opened);
  } catch (error) {
    console.error(`Cannot open ${path} again, going on with the file as it was:`, error);
  }
}
