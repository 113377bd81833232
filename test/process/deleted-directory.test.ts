import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const message = (name: string): string =>
  `${name}: the working directory of this process has been deleted. Go to one that exists first, by process.chdir('/')`;

test.each(['remembers', 'asks'])(
  'every start in a directory that has been deleted is an error that says what to do; a program that %s where it is',
  async (looks) => {
    const main = startChild(new URL('fixtures/deleted-directory.mjs', import.meta.url), { args: [looks] });
    expect(await main.exit).toEqual({ code: 0, signal: null });
    expect(main.lines).toEqual([
      message('prewarm: ProcessStartError: A spare process cannot be started'),
      message('prewarmSync: ProcessStartError: A spare process cannot be started'),
      message('process: ProcessStartError: Process-1 cannot be started'),
      message('thread: ProcessStartError: Process-2 cannot be started'),
      message('pool: ProcessStartError: PoolWorker-1 cannot be started'),
      message('pool of threads: ProcessStartError: PoolWorker-1 cannot be started'),
      expect.stringMatching(/^manager: ProcessStartError: .* cannot be started: the working directory/),
      message('daemon: DaemonError: The daemon could not be started'),
      'with cwd: 0',
      'after chdir: 0',
    ]);
    expect(main.stderr).toBe('');
  },
);
