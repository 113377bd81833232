import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { filesIn, fixture, newDirectory } from './helpers.js';

const makeObjects = (directory: string, ...args: string[]) =>
  startChild(fixture('make-objects.mjs'), { args, env: { MULTIPROCESS_DIR: directory } });

test('what a killed process had is removed when the next one makes something, and by removeOrphans()', async () => {
  const directory = newDirectory();
  const killed = makeObjects(directory, '5');
  await killed.line('made');
  expect(filesIn(directory, 's-')).toHaveLength(5);
  await killed.kill();
  expect(filesIn(directory, 's-')).toHaveLength(5);

  const next = makeObjects(directory, '1');
  await next.line('made');
  expect(filesIn(directory, 's-')).toHaveLength(1);

  const second = makeObjects(directory, '3');
  await second.line('made');
  await second.kill();
  next.say('removeOrphans');
  expect(await next.line(/^removed/)).toBe('removed 3');
  expect(filesIn(directory, 's-')).toHaveLength(1);
  next.say('end');
  await next.exit;
  await until(() => filesIn(directory).length === 0);
});

test.each([
  { step: 'renameSync', of: 's-', left: /^s-/ },
  { step: 'unlinkSync', of: 'gone-', left: /^gone-/ },
])(
  'what a process leaves that is killed before $step of “$of…” is removed when the next one makes something',
  async (at) => {
    const directory = newDirectory();
    const env = { MULTIPROCESS_DIR: directory };
    const killed = startChild(fixture('die-at-step.mjs'), { args: [at.step, at.of], env });
    expect(await killed.exit).toEqual({ code: null, signal: 'SIGKILL' });
    expect(filesIn(directory).filter((name) => at.left.test(name))).not.toEqual([]);

    const next = makeObjects(directory, '1');
    await next.line('made');
    expect(filesIn(directory, 's-')).toHaveLength(1);
    next.say('end');
    await next.exit;
    await until(() => filesIn(directory).length === 0);
  },
);

test('a program that has no descriptor left ends as it wants to, and says nothing', async () => {
  const directory = newDirectory();
  const child = startChild(fixture('limits/end-without-descriptors.mjs'), {
    args: ['end'],
    env: { MULTIPROCESS_DIR: directory },
  });
  expect(await child.exit).toEqual({ code: 5, signal: null });
  expect({ lines: child.lines, stderr: child.stderr }).toEqual({ lines: ['8 bytes'], stderr: '' });
});

test('a sweep leaves other files alone', async () => {
  const directory = newDirectory();
  const foreign = [
    'notes.txt',
    'making-progress',
    'gone-home',
    'gone-2026',
    'bell-tower',
    'segment',
    'sss',
    'registry.old',
    '.hidden',
  ];
  for (const name of foreign) writeFileSync(join(directory, name), 'precious');
  mkdirSync(join(directory, 's-directory'));
  symlinkSync(join(directory, 'notes.txt'), join(directory, 's-link'));
  const child = makeObjects(directory, '3');
  await child.line('made');
  child.say('removeOrphans');
  expect(await child.line(/^removed/)).toBe('removed 0');
  child.say('end');
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(filesIn(directory).sort()).toEqual([...foreign, 's-directory', 's-link'].sort());
});

test('sweepers, makers and killers do not get in each other’s way', async () => {
  const directory = newDirectory();
  const makers = Array.from({ length: 2 }, () => makeObjects(directory, '5', 'for ever'));
  for (const maker of makers) await maker.line('made');
  const sweeper = makeObjects(directory, '1', 'removeOrphans for ever');
  for (let round = 0; round < 4; round++) {
    await makers.shift()?.kill();
    const maker = makeObjects(directory, '5', 'for ever');
    makers.push(maker);
    await maker.line('made');
    await maker.line('again');
  }
  for (const child of [...makers, sweeper]) {
    child.say('end');
    expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  }
  await until(() => filesIn(directory).length === 0);
});
