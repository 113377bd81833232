// Runs in the process of every test file, before its imports.
import { mkdirSync, rmdirSync } from 'node:fs';
import { basename } from 'node:path';
import { exit } from 'node:process'; // while tests run, `process.exit` is one of the runner's that throws
import { expect } from 'vitest';
import { RUN, segmentDirectory } from '../segment-directory.js';
import { watch } from './watchdog.js';

const file = basename(expect.getState().testPath ?? '', '.test.ts');
const directory = segmentDirectory(process.env[RUN] ?? 'none-0', process.pid, file);
mkdirSync(directory, { mode: 0o1700, recursive: true }); // as the toolkit makes it, so that its last user removes it
process.env['MULTIPROCESS_DIR'] = directory;

// The runner ends the process of a file with SIGTERM. An orderly exit instead lets the toolkit leave its segments, as a
// user's program does; what it forgets, the end of the run reports.
process.once('SIGTERM', () => {
  exit();
});
// A runner that was killed asks for no results any more; without this, a test that waits for ever would do so.
process.once('disconnect', () => {
  exit();
});
// Without this, one that has nothing left to do might be about to end when the signal comes, at a moment when Node does not
// handle signals any more: it would be killed in the middle of tidying up.
setInterval(() => undefined, 2 ** 30);
process.once('exit', () => {
  try {
    rmdirSync(directory);
  } catch {
    // In use, so that the last user will remove it.
  }
});

watch(directory, 60_000);
