import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mountNamespace } from '../helpers/mount-namespace.js';
import { ownCommand } from '../helpers/own-command.js';
import { runtimes } from '../helpers/runtimes.js';

const program = fileURLToPath(new URL('fixtures/tiny-shared-memory.mjs', import.meta.url));

/** From no room for the pool itself to room for all of it. */
const sizes = [44, 76, 92, 108, 116, 124, 140, 156, 180];

describe.skipIf(mountNamespace === undefined).each(runtimes)(
  'a pool of runtime $runtime for which shared memory is too small',
  ({ runtime }) => {
    test.each(sizes)('is an OutOfMemoryError, and leaves nothing that fails later; %d KiB', (kibibytes) => {
      const [command = '', ...flags] = mountNamespace ?? [];
      const script = `mount -t tmpfs -o size=${kibibytes}k,mode=700 tmpfs /mnt && exec "$0" "$@"`;
      const { stdout, status, signal } = spawnSync(
        command,
        [...flags, 'sh', '-c', script, ...ownCommand, program, runtime],
        { env: { ...process.env, MULTIPROCESS_DIR: '/mnt' }, encoding: 'utf8' },
      );
      expect(stdout).toMatch(/^(made|ERR_MULTIPROCESS_OUT_OF_MEMORY)\ngoes on\n$/);
      expect({ status, signal }).toEqual({ status: 0, signal: null });
    });
  },
);
