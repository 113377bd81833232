import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import type { Child } from '../../helpers/children.js';
import { until } from '../../helpers/until.js';
import { filesIn, fixture, newDirectory } from '../helpers.js';

/** More of `/proc/locks` is not read to find a registry: see `mayHoldLocks()`. */
const FEW_LOCKS_BYTES = 2 ** 16;
const REFUSED = 'ERR_MULTIPROCESS_HANDLE';
const start = (program: string, directory: string, ...args: string[]): Child =>
  startChild(fixture(program), { args, env: { MULTIPROCESS_DIR: directory } });

const empty = (directory: string) => {
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
};

interface Loss {
  readonly what: string;
  readonly lose: (directory: string) => Promise<void> | void;
}

const losses: Loss[] = [
  {
    what: 'its registry is removed',
    lose: (directory) => {
      rmSync(join(directory, 'registry'));
    },
  },
  { what: 'all its files are removed', lose: empty },
  {
    what: 'it is removed',
    lose: (directory) => {
      removeWhole(directory);
    },
  },
  {
    what: 'it is replaced by another',
    lose: (directory) => {
      renameSync(directory, `${directory}-old`);
      onTestFinished(() => {
        rmSync(`${directory}-old`, { recursive: true, force: true });
      });
      mkdirSync(directory, { mode: 0o700 });
    },
  },
  {
    what: 'it is replaced by another that other programs use',
    lose: async (directory) => {
      renameSync(directory, `${directory}-old`);
      onTestFinished(() => {
        rmSync(`${directory}-old`, { recursive: true, force: true });
      });
      await start('take-name.mjs', directory, 'other', 'stay').line('took true');
    },
  },
  {
    what: 'it is removed, and other programs have come',
    lose: async (directory) => {
      removeWhole(directory);
      await start('make-objects.mjs', directory, '2').line('made');
    },
  },
];

/** Also while a thread of the program makes the files that it needs to sleep, as it does when it first does so. */
function removeWhole(directory: string): void {
  rmSync(directory, { recursive: true, maxRetries: 20, retryDelay: 1 });
}

describe('a program whose directory is lost goes on with new and old children, threads and workers:', () => {
  test.each(losses)('$what', async ({ lose }) => {
    const directory = newDirectory();
    const program = start('directory/lose-directory.mjs', directory);
    await program.line('ready');
    await lose(directory);
    program.say('go on');
    await program.line('done');
    expect(program.lines.slice(1, -1)).toEqual([
      'async wait: item',
      `name here: ${REFUSED}`,
      `name in a thread: ${REFUSED}`,
      'child: 0 x',
      'grandchild: 0 from a grandchild',
      'thread: 0 y',
      `name in a child: ${REFUSED}`,
      'worker that dies: ERR_MULTIPROCESS_WORKER_DIED',
      'pool: 42',
      'manager: 0 child',
    ]);
    program.say('end');
    expect(await program.exit, program.stderr).toEqual({ code: 0, signal: null });
  });
});

describe('a named lock that is held is not acquired by another program', () => {
  test.each([
    {
      what: 'the registry is removed',
      lose: (directory: string) => {
        rmSync(join(directory, 'registry'));
      },
    },
    { what: 'the directory is emptied', lose: empty },
    {
      what: 'the directory is removed',
      lose: (directory: string) => {
        removeWhole(directory);
      },
    },
    {
      what: 'the file of the lock is removed',
      lose: (directory: string) => {
        rmSync(join(directory, 's-held'));
      },
    },
  ])('when $what: the error names the process that has it', async ({ lose }) => {
    const directory = newDirectory();
    const holder = start('take-name.mjs', directory, 'held', 'stay');
    await holder.line('took true');
    lose(directory);
    const other = start('take-name.mjs', directory, 'held');
    const line = await other.line(/^(took|refused)/);
    expect(line).toContain(`refused ${REFUSED}`);
    expect(line).toContain(String(holder.pid));
    await holder.kill();
    expect(await start('take-name.mjs', directory, 'held').line(/^(took|refused)/)).toBe('took true');
  });

  test.runIf(process.platform === 'linux')('when other programs have thousands of locks as well', async () => {
    const directory = newDirectory();
    const holder = start('take-name.mjs', directory, 'held', 'stay');
    await holder.line('took true');
    await start('make-objects.mjs', newDirectory(), '3000').line('made');
    expect(readFileSync('/proc/locks').length).toBeGreaterThan(2 * FEW_LOCKS_BYTES);
    empty(directory);
    const other = start('take-name.mjs', directory, 'held');
    expect(await other.line(/^(took|refused)/)).toContain(`refused ${REFUSED}`);
  });

  test('an object that was unlinked on purpose does not keep its name from others', async () => {
    const directory = newDirectory();
    const program = start('directory/unlink-named.mjs', directory);
    expect(await program.line(/^(again|refused)/)).toBe('again');
    program.say('end');
    await program.exit;
    await until(() => filesIn(directory).length === 0);
  });
});

test('after the last program that lost its directory has ended, names are as ever, and nothing is left', async () => {
  const directory = newDirectory();
  const holder = start('take-name.mjs', directory, 'held', 'stay');
  await holder.line('took true');
  empty(directory);
  holder.end();
  await holder.exit;
  expect(await start('take-name.mjs', directory, 'held').line(/^(took|refused)/)).toBe('took true');
  await until(() => filesIn(directory).length === 0);
});
