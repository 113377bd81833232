import { existsSync, readFileSync } from 'node:fs';
import { activeChildren, Process } from '@multiprocess/process';
import { Pool } from '@multiprocess/pool';
import { afterEach, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { markKilled } from '../helpers/segment-directory.js';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';
import * as targets from './fixtures/targets.mjs';
import { outputOf, start } from './helpers.js';

const children = (): number[] => {
  const { pid } = process; // of the main thread, too, which starts the spares
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').match(/\d+/g) ?? [];
  return pids.map(Number);
};

afterEach(async () => {
  markKilled();
  await Process.prewarm(0);
  await until(() => children().length === 0);
});

test('a start takes a spare, and behaves like any other', async () => {
  await Process.prewarm(1);
  const [spare] = children();
  const child = start({ target: targets.boom, args: ['x'], name: 'Tom', stdio: undefined });
  expect(child.pid).toBe(spare);
  expect(activeChildren()).toEqual([child]);
  await child.join();
  expect(child.exitCode).toBe(1);
  expect(child.error).toMatchObject({ message: 'x', code: 'E_BOOM' });
});

test('a spare that was taken is replaced', async () => {
  await Process.prewarm(1);
  const [spare] = children();
  const child = start({ target: targets.nothing });
  child.joinSync();
  await until(() => children().some((pid) => pid !== spare));
});

test('a start that asks for other surroundings takes none', async () => {
  await Process.prewarm(1);
  const [spare] = children();
  const { argv } = (await outputOf({ target: targets.writeSurroundings, cwd: '/' })) as { argv: unknown };
  expect(argv).toBeDefined();
  expect(children()).toContain(spare);
});

test('a change of the environment reaches the next process all the same', async () => {
  await Process.prewarm(1);
  const [spare] = children();
  process.env['PREWARM_TEST'] = '1';
  try {
    const child = start({ target: targets.nothing });
    expect(child.pid).not.toBe(spare);
    await child.join();
    expect(child.exitCode).toBe(0);
  } finally {
    delete process.env['PREWARM_TEST'];
  }
});

test('a spare that was killed is not taken', async () => {
  await Process.prewarm(1);
  const [spare] = children();
  process.kill(spare!, 'SIGKILL');
  await until(() => !isRunning(spare!));
  const child = start({ target: targets.nothing });
  expect(child.joinSync()).toBe(true);
  expect(child.exitCode).toBe(0);
});

test('fewer are kept when fewer are wanted, and none with 0', async () => {
  await Process.prewarm(2);
  expect(children()).toHaveLength(2);
  await Process.prewarm(1);
  await until(() => children().length === 1);
  await Process.prewarm(0);
  await until(() => children().length === 0);
});

test('workers of a pool are spares, too', async () => {
  await Process.prewarm(1);
  const [spare] = children();
  const pool = new Pool({ processes: 1 });
  expect(await pool.apply(() => process.pid)).toBe(spare);
  pool.terminate();
  await pool.join();
});

test('spares do not keep a program from ending, end before it, and nothing is left of them', async () => {
  const directory = `${process.env['MULTIPROCESS_DIR']}-spares`;
  const program = startChild(new URL('fixtures/prewarms.mjs', import.meta.url), {
    env: { MULTIPROCESS_DIR: directory },
  });
  const pid = Number(await program.line(/^\d+$/));
  expect(existsSync(directory)).toBe(true);
  program.end();
  expect((await program.exit).code).toBe(0);
  expect(existsSync(directory)).toBe(false);
  await until(() => !isRunning(pid));
});

test('of no number is refused', async () => {
  await expect(Process.prewarm(-1)).rejects.toThrow(RangeError);
  await expect(Process.prewarm('1' as never)).rejects.toThrow(TypeError);
});
