// A program of the same user writes over the list pointers of a thread's life word in the registry; then the thread ends in good
// order. It must not crash, nor write anywhere.
//   node registry-links.mjs
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inline } from '../harness/children.mjs';
import { privateDirectory } from '../harness/directory.mjs';
import { Report } from '../harness/report.mjs';

const FIRST_SLOT = 4096;
const FOREIGN_ADDRESS = 0x4141414141410000n;

/** Offsets in glibc's `pthread_mutex_t`, by what stands there: 8 bytes are written from each on, or 4. */
const FIELDS = { nothing: [], next: [32, 8], previous: [24, 8], kind: [16, 4] };
const ENDS = ['process.exit(0)', 'process.stdin.destroy()', "execv('/bin/true', ['true'])"];

const report = new Report();
const directory = privateDirectory();
const figures = {};
for (const [field, [offset, byteLength]] of Object.entries(FIELDS)) {
  for (const end of ENDS) {
    const program = `
      import { Lock, execv } from 'multiprocess';
      const lock = new Lock();
      lock.acquireSync();
      console.log('ready');
      process.stdin.once('data', () => {
        lock.release();
        ${end};
      });`;
    const child = spawn(process.execPath, inline(program), {
      env: { ...process.env, MULTIPROCESS_DIR: directory },
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    if (offset !== undefined) overwrite(FIRST_SLOT + offset, byteLength);
    const ended = once(child, 'exit');
    child.stdin.write('end\n');
    const [code, signal] = await ended;
    figures[`${field}, ${end}`] = signal ?? code;
    if (code !== 0) report.fault(`${field}, ${end}: ended with ${signal ?? code}`);
  }
}
report.conclude(figures);

function overwrite(offset, byteLength) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(FOREIGN_ADDRESS);
  const descriptor = openSync(`${directory}/registry`, 'r+');
  writeSync(descriptor, bytes, 0, byteLength, offset);
  closeSync(descriptor);
}
