import { RemoteError } from '@multiprocess/shared-memory';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { start } from './helpers.js';
import * as targets from './fixtures/targets.mjs';

const elsewhere: { what: string; target: () => unknown; message: string }[] = [
  { what: 'an error of a timer', target: targets.throwLater, message: 'later' },
  { what: 'an unheard rejection', target: targets.rejectUnheard, message: 'unheard' },
];

describe.each(runtimes)('in a $runtime:', ({ runtime }) => {
  describe('what the target throws', () => {
    test('is process.error with its class, code, cause and stack', async () => {
      const child = start({ runtime, target: targets.boom, args: ['no good'], stdio: 'ignore' });
      await child.join();
      const error = child.error as RangeError & { code: string };
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ message: 'no good', code: 'E_BOOM', cause: { message: 'the cause' } });
      expect(error.stack).toMatch(/at boom .*targets\.mjs/);
      expect(child.error).toBe(error);
    });

    test('can be read after joinSync(), before the event loop has had a turn', () => {
      const child = start({ runtime, target: targets.boom, args: ['no good'], stdio: 'ignore' });
      child.joinSync();
      expect(child.error).toMatchObject({ message: 'no good', code: 'E_BOOM' });
    });

    test('is written once to stderr, under the name of the process', async () => {
      const child = start({
        runtime,
        target: targets.boom,
        args: ['no good'],
        name: 'Worker',
        stdio: ['ignore', 'inherit', 'pipe'],
      });
      const complaint = await text(child.stderr!);
      expect(complaint).toMatch(/^Process Worker:\nRangeError: no good\n {4}at boom/);
      expect(complaint).toContain('the cause');
      expect(complaint.split('no good')).toHaveLength(2);
    });

    test.each([{ value: 'a string' }, { value: 42 }, { value: null }, { value: { reason: 'an object' } }])(
      'may be no error: $value',
      async ({ value }) => {
        const child = start({ runtime, target: targets.throwThis, args: [value], stdio: 'ignore' });
        await child.join();
        expect(child.exitCode).toBe(1);
        expect(child.error).toEqual(value);
      },
    );

    test('may be large', async () => {
      const child = start({ runtime, target: targets.throwMuch, args: [200_000], stdio: 'ignore' });
      await child.join();
      expect(child.error).toBeInstanceOf(TypeError);
      expect((child.error as { details: string }).details).toHaveLength(200_000);
    });

    test('arrives in brief if it is larger than a megabyte', async () => {
      const child = start({ runtime, target: targets.throwMuch, args: [3_000_000], stdio: 'ignore' });
      await child.join();
      expect(child.error).toBeInstanceOf(RemoteError);
      expect(child.error).toMatchObject({ message: 'much', remoteName: 'TypeError' });
      expect((child.error as Error).stack).toMatch(/throwMuch/);
    });
  });

  describe.each(elsewhere)('$what', ({ target, message }) => {
    test('is process.error, and is written once to stderr', async () => {
      const child = start({ runtime, target, name: 'Worker', stdio: ['ignore', 'inherit', 'pipe'] });
      const complaint = await text(child.stderr!);
      await child.join();
      expect(child.error).toBeInstanceOf(RangeError);
      expect(child.error).toMatchObject({ message });
      expect(complaint).toMatch(/^Process Worker:\n/);
      expect(complaint.split(`RangeError: ${message}`)).toHaveLength(2);
    });
  });

  test.each([
    { when: 'it returns', target: targets.nothing, args: [] },
    { when: 'it exits with a status', target: targets.exit, args: [3] },
    { when: 'it is killed', target: runtime === 'thread' ? targets.nothing : targets.signalSelf, args: ['SIGKILL'] },
    { when: 'it handles its errors itself', target: targets.handleErrorsItself, args: [] },
  ])('there is no error when $when', async ({ target, args }) => {
    const child = start({ runtime, target: target as (...args: unknown[]) => unknown, args, stdio: 'ignore' });
    await child.ready();
    await child.join();
    expect(child.error).toBeUndefined();
  });

  test('a target that awaits what cannot happen is an error that says so', async () => {
    const child = start({ runtime, target: targets.waitForNothing, stdio: 'ignore' });
    await child.join();
    expect(child.error).toMatchObject({
      message: expect.stringMatching(/has not finished, and nothing is left/) as string,
    });
  });
});
