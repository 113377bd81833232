import { once } from 'node:events';
import { constants } from 'node:os';
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PIPE, popen, run, runSync } from '@multiprocess/subprocess';
import { BrokenPipeError } from '@multiprocess/shared-memory';
import { nodeAlone, open } from './helpers.js';

const MUCH = Buffer.alloc(4 * 1024 * 1024, 'a');
const TEXT = { captureOutput: true, encoding: 'utf8' } as const;
const BY_SIGPIPE = -constants.signals.SIGPIPE;
/** A socket, as Node makes it, is an error of write() instead if it was closed with something unread in it. */
const BROKEN = nodeAlone ? [BY_SIGPIPE, 1] : [BY_SIGPIPE];

function uncaughtErrors(): unknown[] {
  const errors: unknown[] = [];
  const note = (error: unknown): number => errors.push(error);
  process.on('uncaughtException', note);
  onTestFinished(() => void process.off('uncaughtException', note));
  return errors;
}

describe('a program that does not read all of its input', () => {
  test.each([
    ['ends at once', 'exit 3'],
    ['closes it and goes on', 'exec <&-; exit 3'],
    ['reads a part of it', 'head -c 5 >&2; exit 3'],
  ])('%s: no error of run() and runSync()', async (_, line) => {
    for (const { returncode } of [
      await run(line, { ...TEXT, shell: true, input: MUCH }),
      runSync(line, { ...TEXT, shell: true, input: MUCH }),
    ]) {
      expect(returncode).toBe(3);
    }
  });

  test.each([
    ['ended', 'exit 0'],
    ['closed it', 'exec <&-; echo closed; exec sleep 1000'],
  ])('that has %s: a write to stdin is not an uncaught error; its callback gets it', async (_, line) => {
    const errors = uncaughtErrors();
    const child = open(['sh', '-c', line], { stdin: PIPE, stdout: PIPE });
    const { stdin, stdout } = child;
    if (line === 'exit 0') await child.wait();
    else await once(stdout!, 'data');
    const error = await new Promise((resolve) => stdin!.write('a', resolve));
    expect(error).toBeInstanceOf(Error);
    await new Promise(setImmediate);
    expect(errors).toEqual([]);
  });

  test('a command that was opened for writing and has ended: write() rejects, however often', async () => {
    const errors = uncaughtErrors();
    const command = popen('exit 5', 'w');
    await command.popen.wait();
    await expect(command.write('a')).rejects.toThrow(BrokenPipeError);
    await expect(command.write(MUCH)).rejects.toThrow(BrokenPipeError);
    expect(await command.close()).toBe(5);
    expect(errors).toEqual([]);
  });
});

describe('a stream that takes what a program writes, and breaks off', () => {
  const ending: [string, () => Writable][] = [
    ['was destroyed before', () => new PassThrough().destroy()],
    ['was ended before', () => new PassThrough().end()],
    [
      'is destroyed meanwhile',
      () => {
        const stream = new PassThrough();
        stream.once('data', () => stream.destroy());
        return stream;
      },
    ],
    [
      'is ended meanwhile',
      () => {
        const stream = new PassThrough();
        stream.once('data', () => stream.end());
        return stream.on('error', () => undefined); // of what comes behind its end
      },
    ],
    [
      'fails',
      () => {
        const full = new Writable({
          write: (_chunk, _encoding, done) => {
            done(new Error('full'));
          },
        });
        return full.on('error', () => undefined);
      },
    ],
  ];
  test.each(ending)('a stream that %s ends the program by SIGPIPE', async (_, make) => {
    expect(BROKEN).toContain((await run(['yes'], { stdout: make() })).returncode);
    const { returncode } = await run('yes >&2', { stderr: make(), shell: true });
    expect([...BROKEN, -BY_SIGPIPE + 128]).toContain(returncode);
  });

  test('what fails without a listener for it is an uncaught error, as with every stream', async () => {
    const errors = uncaughtErrors();
    const stream = new Writable({
      write: (_chunk, _encoding, done) => {
        done(new Error('full'));
      },
    });
    await run(['yes'], { stdout: stream });
    expect(errors).toEqual([new Error('full')]);
  });
});

describe('a stream that a program reads, and that breaks off', () => {
  const sources: [string, string, () => Readable][] = [
    ['was destroyed before', '', () => new PassThrough().destroy()],
    ['has ended before', '', () => Readable.from([])],
    [
      'fails meanwhile',
      'a',
      () => {
        const stream = new Readable({
          read() {
            this.push('a');
            setImmediate(() => this.destroy(new Error('broken')));
          },
        });
        return stream.on('error', () => undefined);
      },
    ],
  ];
  test.each(sources)('a stream that %s ends its input', async (_, text, make) => {
    const { stdout } = await run(['cat'], { ...TEXT, stdin: make() });
    expect(stdout.replace(/a+/, 'a')).toBe(text);
  });
});

test('one signal for many programs leaks no listeners, and ends all of them', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): number => warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const controller = new AbortController();
  const { signal } = controller;
  await Promise.all(Array.from({ length: 15 }, async () => run(['true'], { signal })));
  const running = Array.from({ length: 15 }, async () => run(['sleep', '1000'], { signal }));
  controller.abort(new Error('enough'));
  for (const one of await Promise.allSettled(running)) {
    expect(one).toEqual({ status: 'rejected', reason: new Error('enough') });
  }
  await expect(run(['true'], { signal })).rejects.toThrow('enough');
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

test.each(['a b', '$HOME', '`x`', '"', "'", '', '*', '\n', '-n', '\\', '€', '!', '#'])(
  'the argument %j arrives as it is, with and without merged outputs, and as a word of a shell script',
  async (word) => {
    const command = ['printf', '[%s]', word];
    expect((await run(command, TEXT)).stdout).toBe(`[${word}]`);
    expect(runSync(command, { stdout: PIPE, stderr: -2, encoding: 'utf8' }).stdout).toBe(`[${word}]`);
    expect((await run(['printf "[%s]" "$1"', 'sh', word], { ...TEXT, shell: true })).stdout).toBe(`[${word}]`);
  },
);

test('variables that are undefined are left out, PATH too', async () => {
  const env = { A: undefined, B: 'b', PATH: undefined };
  expect((await run(['env'], { ...TEXT, env })).stdout).toBe('B=b\n');
  expect(runSync(['env'], { ...TEXT, env }).stdout).toBe('B=b\n');
});
