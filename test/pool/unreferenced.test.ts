import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { start } from '../process/helpers.js';
import * as tasks from './fixtures/tasks.mjs';
import { startPool } from './helpers.js';

describe.each(runtimes)(
  'what waits for something that does not keep an event loop alive, in a $runtime,',
  ({ runtime }) => {
    test.each(['timer', 'signal', 'interval', 'program'] as const)('gets it; a task, %s', async (what) => {
      const pool = startPool({ processes: 1, runtime });
      expect(await pool.apply(tasks.awaitUnreferenced, [what])).toBe(what);
    });

    test.each(['timer', 'signal', 'interval', 'program'] as const)('gets it; a target, %s', async (what) => {
      const child = start({ target: tasks.awaitUnreferenced, args: [what], runtime });
      await child.join();
      expect([child.exitCode, child.error]).toEqual([0, undefined]);
    });

    test('gets it while its parent blocks', () => {
      const pool = startPool({ processes: 1, runtime });
      expect(pool.applySync(tasks.awaitUnreferenced, ['timer'])).toBe('timer');
    });
  },
);
