import { expect, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { until } from '../../helpers/until.js';
import { filesIn, fixture, newDirectory } from '../helpers.js';

test('a thread that awaits has one FIFO, which goes with its process', async () => {
  const directory = newDirectory();
  const child = startChild(fixture('await-word.mjs'), { env: { MULTIPROCESS_DIR: directory } });
  await child.line('awaits');
  expect(filesIn(directory, 'bell-')).toHaveLength(1);
  child.say('end');
  expect(await child.exit).toEqual({ code: 0, signal: null });
  await until(() => filesIn(directory).length === 0);
});

test('the FIFO of a killed process is swept when a segment is created', async () => {
  const directory = newDirectory();
  const env = { MULTIPROCESS_DIR: directory };
  const witness = startChild(fixture('await-word.mjs'), { env });
  await witness.line('awaits');
  const killed = startChild(fixture('await-word.mjs'), { env });
  await killed.line('awaits');
  expect(filesIn(directory, 'bell-')).toHaveLength(2);
  await killed.kill();
  const sweeper = startChild(fixture('await-word.mjs'), { env });
  await sweeper.line('awaits');
  expect(filesIn(directory, 'bell-')).toHaveLength(2);
});

test('a FIFO left by a process that was killed alone hinders no other', async () => {
  const directory = newDirectory();
  const env = { MULTIPROCESS_DIR: directory };
  for (let round = 0; round < 3; round++) {
    // No other process keeps the registry, so the next process counts its owner ids from the start again.
    const child = startChild(fixture('await-word.mjs'), { env });
    await child.line('awaits');
    expect(filesIn(directory, 'bell-')).toEqual([expect.stringMatching(/^bell-[0-9a-f]+-1001$/)]);
    await child.kill();
  }
});

test('a worker thread has its own FIFO, which is swept after terminate()', async () => {
  const directory = newDirectory();
  const child = startChild(fixture('await-in-worker.mjs'), { env: { MULTIPROCESS_DIR: directory } });
  await child.line('both run');
  await until(() => filesIn(directory, 'bell-').length === 2);
  child.say('terminate');
  await child.line('terminated');
  child.say('make');
  await child.line('made');
  expect(filesIn(directory, 'bell-')).toHaveLength(1);
  child.say('end');
  expect(await child.exit).toEqual({ code: 0, signal: null });
  await until(() => filesIn(directory).length === 0);
});

test('a producer without a free descriptor still puts, and a consumer finds the item', async () => {
  const directory = newDirectory();
  const env = { MULTIPROCESS_DIR: directory };
  const child = startChild(fixture('limits/put-without-descriptors.mjs'), { env });
  expect(await child.line(/^got/)).toBe('got item');
  expect(await child.exit).toEqual({ code: 0, signal: null });
});
