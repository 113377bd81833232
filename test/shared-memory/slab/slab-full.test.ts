import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { mountNamespace } from '../../helpers/mount-namespace.js';
import { fixture } from '../helpers.js';

test.skipIf(mountNamespace === undefined)(
  'when shared memory is full, making another lock is an OutOfMemoryError, the others work, and what is closed makes room (skipped where unshare(1) may not mount)',
  () => {
    const directory = mkdtempSync('/tmp/multiprocess-test-');
    onTestFinished(() => {
      rmSync(directory, { recursive: true, force: true });
    });
    const [command = '', ...flags] = mountNamespace ?? [];
    const program = fileURLToPath(fixture('limits/fill-with-locks.mjs'));
    const { status, stderr, stdout } = spawnSync(command, [...flags, process.execPath, program, directory], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const full = 'OutOfMemoryError';
    expect(JSON.parse(stdout)).toEqual({
      full,
      again: full,
      second: full,
      third: full,
      work: true,
      making: 0,
      one: 1,
      more: true,
    });
  },
);
