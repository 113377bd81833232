import { mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { mountNamespace } from '../helpers/mount-namespace.js';

test.skipIf(mountNamespace === undefined)(
  'when shared memory is full, put throws OutOfMemoryError, nothing faults, nothing is lost, and room that is freed is used (skipped where unshare(1) may not mount)',
  () => {
    const directory = mkdtempSync('/tmp/multiprocess-test-');
    onTestFinished(() => {
      rmSync(directory, { recursive: true, force: true });
    });
    const [command = '', ...flags] = mountNamespace ?? [];
    const program = fileURLToPath(new URL('fixtures/fill-memory.mjs', import.meta.url));
    const { status, stderr, stdout } = spawnSync(command, [...flags, process.execPath, program, directory], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      full: {
        async: 'OutOfMemoryError',
        many: 'OutOfMemoryError',
        size: true,
        someFit: true,
        other: 'a queue with room of its own goes on',
        noRoomForAnother: 'OutOfMemoryError',
      },
      drained: { intact: true, empty: true, again: 8 },
      sensible: true,
    });
  },
);
