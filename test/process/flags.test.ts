import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { runtimes } from '../helpers/runtimes.js';

const program = new URL('fixtures/flags/main.mjs', import.meta.url);
const preload = 'data:text/javascript,globalThis.preloaded=true';

interface Told {
  readonly exitCode: number;
  readonly execArgv: readonly string[];
  readonly nodeOptions: string | undefined;
  readonly preloaded: boolean;
  readonly conditions: boolean;
  readonly gc: boolean;
}

describe.each(runtimes)('as a $runtime', ({ runtime }) => {
  const tell = async (execArgv: readonly string[], env: NodeJS.ProcessEnv, options: object = {}): Promise<Told> => {
    const main = startChild(program, { execArgv, env, args: [JSON.stringify({ runtime, ...options })] });
    const told = JSON.parse(await main.line(/^\{/)) as Told;
    expect(await main.exit).toEqual({ code: 0, signal: null });
    return told;
  };

  test.each([
    [['--max-old-space-size=400']],
    [['--max-semi-space-size=16', '--stack-trace-limit=20']],
    [['--expose-gc']],
    [['--stack-size=900']],
    [['--title=parent']],
    [['--title', 'parent of all']],
    [['--abort-on-uncaught-exception']],
    [['--v8-pool-size=2', '--no-warnings']],
    [['--conditions=special']],
    [['-C', 'special', '--expose-gc']],
    [['--import', preload]],
    [['--expose-gc', '--import', preload, '--title=x']],
    [['--require', 'node:os', '--trace-warnings']],
    [['--enable-source-maps', '--max-http-header-size=9000']],
  ])('a child starts with what its parent was told: %j', async (execArgv) => {
    const { exitCode, ...told } = await tell(execArgv, {});
    expect(exitCode).toBe(0);
    expect(told).toEqual({
      execArgv,
      gc: execArgv.includes('--expose-gc'),
      preloaded: execArgv.includes(preload),
      conditions: execArgv.some((one) => one.includes('special')),
    });
  });

  test.each(['--max-old-space-size=300', '--no-warnings --conditions=special', '--require "node:os"'])(
    'a child starts with the flags of NODE_OPTIONS: %s',
    async (nodeOptions) => {
      const told = await tell([], { NODE_OPTIONS: nodeOptions });
      expect(told).toMatchObject({ exitCode: 0, nodeOptions, conditions: nodeOptions.includes('special') });
    },
  );

  test('execArgv of its own replaces those of its parent', async () => {
    const told = await tell(['-C', 'special'], {}, { execArgv: ['--max-old-space-size=200', '--import', preload] });
    expect(told).toMatchObject({ exitCode: 0, preloaded: true, conditions: false });
  });
});

test('a thread is not kept from starting by NODE_OPTIONS in an environment of its own that only a process can have', async () => {
  const env = { ...process.env, NODE_OPTIONS: '--title="a thread" -C special --nonsense' };
  const main = startChild(program, { args: [JSON.stringify({ runtime: 'thread', env })] });
  const told = JSON.parse(await main.line(/^\{/)) as Told;
  expect(told).toMatchObject({ exitCode: 0, conditions: true, nodeOptions: env.NODE_OPTIONS });
});

test('a thread with --max-old-space-size of its own ends alone when it needs more', async () => {
  const options = { runtime: 'thread', execArgv: ['--max-old-space-size=20'] };
  const main = startChild(program, { args: [JSON.stringify(options), 'grow'] });
  expect(JSON.parse(await main.line(/^\{/))).toMatchObject({ exitCode: 1 });
  expect(await main.exit).toEqual({ code: 0, signal: null });
});

test('a thread with resourceLimits ends alone when it needs more; they come before its flags', async () => {
  const resourceLimits = { maxOldGenerationSizeMb: 20 };
  const options = { runtime: 'thread', execArgv: ['--max-old-space-size=4000'], resourceLimits };
  const main = startChild(program, { args: [JSON.stringify(options), 'grow'] });
  expect(JSON.parse(await main.line(/^\{/))).toMatchObject({ exitCode: 1 });
  expect(await main.exit).toEqual({ code: 0, signal: null });
});
