import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { times } from '../helpers/effort.js';
import { runtimes } from '../helpers/runtimes.js';
import { markKilled } from '../helpers/segment-directory.js';

const program = new URL('fixtures/prints.mjs', import.meta.url);

/** Ways of ending a pool that go on with the program, and those that end with it. */
const GO_ON = ['close and join', 'terminate', 'terminate and join', 'await using', 'blocked'];
const END = ['exit', 'throw', 'end'];

/** Rounds of all ways and both runtimes, together. */
const ROUNDS = times(1000);
const ROUNDS_EACH = Math.ceil(ROUNDS / (runtimes.length * (GO_ON.length + END.length)));
/** Each is a program of its own. */
const PROGRAMS_EACH = Math.ceil(ROUNDS_EACH / 3);

const linesOf = (rounds: number): string[] =>
  Array.from({ length: rounds }, (_, round) => [0, 1, 2, 3, 4, 5].map((number) => `${round} ${number} x`)).flat();

describe.each(runtimes)('every line of every task that is done is there, with runtime $runtime,', ({ runtime }) => {
  test.each(GO_ON)('however often its pool ends by %s', { timeout: 600_000 }, async (how) => {
    markKilled();
    const main = startChild(program, { args: [runtime, how, String(ROUNDS_EACH)] });
    expect(await main.exit).toEqual({ code: 0, signal: null });
    expect([...main.lines].sort()).toEqual(linesOf(ROUNDS_EACH).sort());
  });

  test.each(END)('when its program ends by %s', { timeout: 600_000 }, async (how) => {
    markKilled();
    for (let round = 0; round < PROGRAMS_EACH; round++) {
      const main = startChild(program, { args: [runtime, how, '1'] });
      expect(await main.exit).toEqual({ code: how === 'throw' ? 1 : 0, signal: null });
      expect([...main.lines].sort()).toEqual(linesOf(1));
    }
  });

  test.each([...GO_ON, ...END])('when it is not read for a while, and its pool ends by %s', async (how) => {
    markKilled();
    const args = [fileURLToPath(program), runtime, how, '1', '30000'];
    const main = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void main.kill('SIGKILL'));
    const exit = once(main, 'exit');
    main.stderr.resume();
    // More is there than a pipe holds.
    await once(main.stdout, 'readable');
    const [output] = await Promise.all([text(main.stdout), exit]);
    const lines = output.trim().split('\n');
    expect(lines.map((line) => line.length)).toEqual(new Array(6).fill('0 0 '.length + 30_000));
  });
});
