import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { isRunning } from '../helpers/is-running.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';

const program = new URL('fixtures/other-user.mjs', import.meta.url);

async function started(...args: string[]): Promise<{ main: Child; child: number }> {
  markKilled();
  const main = startChild(program, { args });
  const child = Number((await main.line(/^child/)).split(' ')[1]);
  onTestFinished(() => {
    if (isRunning(child)) process.kill(child, 'SIGKILL');
  });
  return { main, child };
}

describe.skipIf(process.getuid?.() !== 0)('when a parent or its child changes who it runs as', () => {
  test.each(['terminate', 'kill'] as const)(
    '%s() of a child of another user is an error that says what to do',
    async (how) => {
      const { main } = await started('parent', how);
      expect(await main.line(/Error/)).toMatch(
        /^SystemError ERR_MULTIPROCESS_SYSTEM EPERM Process-1 \(process \d+\) cannot be sent SIG.*runs as another user.*before process\.setuid\(\)/,
      );
      await main.line('goes on');
    },
  );

  test.each([
    { who: 'parent', how: 'ends' },
    { who: 'parent', how: 'killed' },
    { who: 'child', how: 'ends' },
    { who: 'child', how: 'killed' },
  ])('the child does not outlive its parent: the $who changes, the parent $how', async ({ who, how }) => {
    const { main, child } = await started(who, how);
    if (how === 'killed') await main.kill();
    expect((await main.exit).signal).toBe(how === 'killed' ? 'SIGKILL' : null);
    await until(() => !isRunning(child));
  });
});
