import { describe, expect, test } from 'vitest';
import { PIPE, run, runSync, STDOUT } from '@multiprocess/subprocess';
import { open, script } from './helpers.js';

const text = { captureOutput: true, encoding: 'utf8', all: true } as const;
/** Writes to one output, waits until that is read, and goes on with the other. */
const turns = script(`
  import { setTimeout as sleep } from 'node:timers/promises';
  for (let i = 0; i < 4; i++) {
    (i % 2 ? process.stderr : process.stdout).write('line ' + i + '\\n');
    await sleep(60);
  }
`);

describe('all', () => {
  test('has both outputs in the order in which they arrive', async () => {
    const { stdout, stderr, all } = await run(turns, text);
    expect(stdout).toBe('line 0\nline 2\n');
    expect(stderr).toBe('line 1\nline 3\n');
    expect(all!.split('\n').toSorted()).toEqual(['', 'line 0', 'line 1', 'line 2', 'line 3']);
    expect(all!.indexOf('line 0')).toBeLessThan(all!.indexOf('line 2'));
    expect(all!.indexOf('line 1')).toBeLessThan(all!.indexOf('line 3'));
  });

  test('does not tear lines or characters apart', async () => {
    const torn = script(`
      import { setTimeout as sleep } from 'node:timers/promises';
      const euro = Buffer.from('€\\n');
      process.stdout.write(euro.subarray(0, 1));
      await sleep(30);
      process.stderr.write('between\\n');
      await sleep(30);
      process.stdout.write(euro.subarray(1));
    `);
    const { all } = await run(torn, text);
    expect(['between\n€\n', '€\nbetween\n']).toContain(all);
  });

  test('is bytes without an encoding, and has what has no line end', async () => {
    const { all } = await run('printf out; printf err >&2', { captureOutput: true, all: true, shell: true });
    expect(all).toEqual(Buffer.from('outerr'));
  });

  test('is not there unless it is asked for', async () => {
    const { all } = await run('true', { captureOutput: true });
    expect(all).toBeUndefined();
  });

  test('needs both outputs, and an event loop', async () => {
    const message = 'all is made of both outputs: give captureOutput, or stdout: PIPE and stderr: PIPE';
    expect(() => open('true', { all: true, stdout: PIPE })).toThrow(new TypeError(message));
    expect(() => open('true', { all: true, stdout: PIPE, stderr: STDOUT })).toThrow(new TypeError(message));
    await expect(run('true', { all: true })).rejects.toThrow(message);
    expect(() => runSync('true', { ...text } as never)).toThrow(/^all needs an event loop/);
  });
});
