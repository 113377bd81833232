import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { firstProcessOf, pidNamespace } from '../helpers/pid-namespace.js';
import { markKilled } from '../helpers/segment-directory.js';

const program = new URL('fixtures/first-process.mjs', import.meta.url);

function start(part: string): Child {
  markKilled(); // with process 1 the kernel ends all others of its namespace
  return startChild(program, { args: [part], within: pidNamespace ?? [] });
}

describe.skipIf(pidNamespace === undefined)('as process 1 of a PID namespace', () => {
  test.each([
    ['a pool works, and replaces a worker that was killed', 'pool', [1, 4, 9, 'WorkerDiedError', 16]],
    ['a process is started, ended and waited for', 'process', -15],
    ['a process that was killed is waited for by a thread that blocks', 'processSync', -9],
    [
      'a daemon, whose parent this process becomes, is started, told about, and stopped',
      'daemon',
      [true, true, true, true, { running: false }],
    ],
    ['what others have left belongs to it, and stays a zombie after its end', 'orphans', [true, 25]],
  ])('%s', async (_, part, outcome) => {
    const child = start(part);
    expect(JSON.parse(await child.line(/./))).toEqual(outcome);
    expect(await child.exit).toEqual({ code: 0, signal: null });
  });

  test('a pool is shut down by a signal from outside, and nothing is left of it', async () => {
    const child = start('shutdown');
    await child.line('ready');
    process.kill(firstProcessOf(child.pid), 'SIGTERM');
    expect(await child.line(/^\[/)).toBe('["1"]');
    expect(await child.exit).toEqual({ code: 143, signal: null });
  });
});
