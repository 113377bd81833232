import { describe, expect, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { times } from '../../helpers/effort.js';
import { start } from '../helpers.js';
import * as targets from '../fixtures/targets.mjs';

const program = new URL('../fixtures/thread/early-ends.mjs', import.meta.url);

describe('a thread that ends before its target was called is seen to end by a parent that blocks', () => {
  test.each([
    {
      when: 'it is terminated',
      how: 'terminate',
      said: '-15 SIGTERM false Process-1 ended before its target was called: SIGTERM',
    },
    {
      when: 'it is killed',
      how: 'kill',
      said: '-9 SIGKILL false Process-1 ended before its target was called: SIGKILL',
    },
    {
      when: 'a preloaded module fails',
      how: 'data:text/javascript,throw new Error("no preload")',
      said: '1 null false Process-1 ended before its target was called: exit code 1',
    },
    {
      when: 'a preloaded module exits',
      how: 'data:text/javascript,process.exit(1)',
      said: '1 null false Process-1 ended before its target was called: exit code 1',
    },
  ])('when $when', async ({ how, said }) => {
    const main = startChild(program, { args: [how] });
    expect(await main.exit).toEqual({ code: 0, signal: null });
    expect(main.lines).toEqual([said]);
  });

  test.each(['exit', 'pool'])('when its process ends; %s', async (how) => {
    const main = startChild(program, { args: [how] });
    expect(await main.exit).toEqual({ code: 3, signal: null });
    expect(main.stderr).toBe('');
  });

  test.each(['terminate', 'kill'] as const)('when %s() comes at any moment', async (how) => {
    for (let round = 0; round < times(50); round++) {
      const child = start({ target: targets.forever, runtime: 'thread' });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      child[how]();
      child.joinSync();
      expect(child.signalCode).toBe(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
      child.close();
    }
  });
});
