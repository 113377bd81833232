// @ts-check
// Runs in the process of every test file, before its imports: a private directory for its segments, which the toolkit makes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const parent = mkdtempSync(path.join(tmpdir(), 'multiprocess-test-'));
process.env['MULTIPROCESS_DIR'] = path.join(parent, 'shared');
process.once('exit', () => {
  try {
    rmSync(parent, { recursive: true, force: true });
  } catch {
    // A program that a test has left behind has it open: it goes with the root folder's /tmp, or by hand.
  }
});
