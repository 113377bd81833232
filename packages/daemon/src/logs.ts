import { closeSync } from 'node:fs';
import nodeProcess from 'node:process';
import type { Settings } from './daemon-options.js';
import { openLog } from './open-log.js';
import { duplicate } from './platform.js';

const STDOUT = 1;
const STDERR = 2;

/**
 * Opens the output files of this daemon again at each SIGHUP, which a program that rotates logs sends after it has moved a file.
 * If a file cannot be opened, the old one stays in use. Does nothing for a daemon without output files.
 */
export function openLogs({ stdout, stderr }: Settings): void {
  if (stdout === undefined && stderr === undefined) return;
  nodeProcess.on('SIGHUP', () => {
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
