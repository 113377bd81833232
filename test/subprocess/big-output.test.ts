import { constants } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { times } from '../helpers/effort.js';

const TOO_LONG = constants.MAX_STRING_LENGTH + 1;
/** Each of them moves a gigabyte: all of them every night, and else one of each kind. */
const all = times(10) >= 10;
const LONG = { timeout: 600_000 };
const FORMS = ['run', 'runSync', 'checkOutput', 'checkOutputSync', 'getoutput', 'getoutputSync', 'communicate', 'read'];

async function outcomeOf(...args: string[]): Promise<unknown> {
  const child = startChild(new URL('fixtures/big-output.mjs', import.meta.url), { args });
  const outcome: unknown = JSON.parse(await child.line(/./));
  expect(await child.exit).toEqual({ code: 0, signal: null });
  return outcome;
}

describe('output that is longer than a string can be', () => {
  test.each(all ? FORMS : ['run', 'checkOutputSync', 'getoutput', 'read'])(
    'is an OutputLimitError of %s that has all of it as bytes, and how the program ended',
    LONG,
    async (form) => {
      expect(await outcomeOf(form)).toMatchObject({
        name: 'OutputLimitError',
        code: 'ERR_MULTIPROCESS_OUTPUT_LIMIT',
        ...(form === 'read' ? {} : { returncode: 0 }),
        stdout: { type: 'Buffer', length: TOO_LONG },
        message: expect.stringMatching(/wrote 536870889 bytes to stdout, more than a string can hold/) as string,
      });
    },
  );

  test.each(all ? ['latin1', 'gbk', 'us-ascii'] : ['latin1'])('is the same in %s', LONG, async (encoding) => {
    expect(await outcomeOf('runSync', encoding)).toMatchObject({
      name: 'OutputLimitError',
      stdout: { type: 'Buffer', length: TOO_LONG },
      stderr: { type: 'String', length: 0 },
    });
  });

  test('is text where its characters have two bytes each, and fit', LONG, async () => {
    expect(await outcomeOf('run', 'utf-16le', String(TOO_LONG + 1))).toEqual({
      type: 'String',
      length: (TOO_LONG + 1) / 2,
    });
  });

  test.each(all ? ['timeout', 'timeoutSync'] : ['timeoutSync'])(
    'is bytes in the TimeoutExpired of a %s',
    LONG,
    async (form) => {
      const { name, stdout } = (await outcomeOf(form)) as { name: string; stdout: { type: string; length: number } };
      expect(name).toBe('TimeoutExpired');
      // A slow machine has not read all of it by then.
      if (stdout.length > constants.MAX_STRING_LENGTH) expect(stdout).toEqual({ type: 'Buffer', length: TOO_LONG });
    },
  );

  test('a single line of that length is a RangeError of lines() that says what to do', LONG, async () => {
    expect(await outcomeOf('lines')).toMatchObject({
      name: 'RangeError',
      message: expect.stringContaining('read the stream itself') as string,
    });
  });
});
