import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { runtimes } from '../helpers/runtimes.js';

const program = new URL('fixtures/prints.mjs', import.meta.url);

const prints = (how: string, options: object, what = '', execArgv: readonly string[] = []): Child =>
  startChild(program, { args: [how, JSON.stringify(options), what], execArgv });

const LINES = ['log 1', 'write 2', 'log 3'];

describe.each(runtimes)('what a child prints, as a $runtime,', ({ runtime }) => {
  test.each([
    { when: 'awaits its end', how: 'join', code: 0 },
    { when: 'blocks until its end', how: 'joinSync', code: 0 },
    { when: 'blocks in waitReadySync()', how: 'waitReadySync', code: 0 },
    { when: 'blocks until it is ready, and until its end', how: 'readySync', code: 0 },
    { when: 'calls process.exit()', how: 'exit', code: 0 },
    { when: 'ends by an error', how: 'throw', code: 1 },
  ])('is there, in order, when its parent $when', async ({ how, code }) => {
    const main = prints(how, { runtime });
    expect(await main.exit).toEqual({ code, signal: null });
    expect(main.lines.filter((line) => !line.startsWith('ended'))).toEqual(LINES);
    expect(main.stderr).toMatch(/^error 1\nerror 2\n[^]*Warning: be careful/m);
  });

  test.each([
    { what: 'throw', code: 1, error: /Process Process-1:\nRangeError: out of paper\n +at print/ },
    { what: 'throw later', code: 1, error: /RangeError: out of ink\n(?:.*\n)*? +at/ },
    { what: 'exit', code: 4, error: /error 2/ },
  ])('is there when it ends by $what and its parent blocks', async ({ what, code, error }) => {
    const main = prints('joinSync', { runtime }, what);
    expect(await main.exit).toEqual({ code: 0, signal: null });
    expect(main.lines).toEqual([...LINES, `ended ${code}`]);
    expect(main.stderr.replaceAll('\r\n', '\n')).toMatch(error); // Node's own lines end so on Windows
  });

  test('is gone with stdio: ignore', async () => {
    const main = prints('joinSync', { runtime, stdio: 'ignore' });
    expect(await main.exit).toEqual({ code: 0, signal: null });
    expect({ lines: main.lines, stderr: main.stderr }).toEqual({ lines: ['ended 0'], stderr: '' });
  });

  test.each(['join', 'joinSync', 'waitReadySync'])('can be read with stdio: pipe, after %s()', async (how) => {
    const main = prints(how, { runtime, stdio: 'pipe' });
    const { out, err } = JSON.parse(await main.line(/^\{/)) as { out: string; err: string };
    expect(out.trim().split('\n')).toEqual(LINES);
    expect(err).toMatch(/^error 1\nerror 2\n[^]*Warning: be careful/m);
    expect(await main.exit).toEqual({ code: 0, signal: null });
    expect(main.stderr).toBe('');
  });

  test('is all there if it is more than a pipe holds', async () => {
    const main = prints('joinSync', { runtime }, 'much');
    expect(await main.exit).toEqual({ code: 0, signal: null });
    expect(main.lines).toHaveLength(LINES.length + 20_000 + 1);
    expect(main.lines.at(-2)).toMatch(/^line 19999 x+$/);
  });

  test('is all there with stdio: pipe if it is more than a pipe holds, and its parent reads', async () => {
    const main = prints('join', { runtime, stdio: 'pipe' }, 'much');
    // Node itself holds back the end of a process until what it has printed is read.
    const { out } = JSON.parse(await main.line(/^\{/)) as { out: string };
    expect(out.trim().split('\n')).toHaveLength(LINES.length + 20_000);
  });
});

test('a thread with stdio: pipe ends while its parent blocks, however much it has printed', async () => {
  const main = prints('joinSync', { runtime: 'thread', stdio: 'pipe' }, 'much');
  const { out } = JSON.parse(await main.line(/^\{/)) as { out: string };
  expect(out.trim().split('\n')).toHaveLength(LINES.length + 20_000);
});

test('a thread whose preloaded module has printed ends while its parent blocks', async () => {
  const preload = 'data:text/javascript,console.log("preloaded")';
  const main = prints('joinSync', { runtime: 'thread' }, '', ['--import', preload]);
  expect(await main.exit).toEqual({ code: 0, signal: null });
  expect(main.lines.filter((line) => LINES.includes(line))).toEqual(LINES);
  expect(main.lines.filter((line) => line === 'preloaded')).toHaveLength(2);
});
