import { Manager } from '@multiprocess/manager';
import { MultiprocessError } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { damageAll, damages } from '../helpers/damage.js';
import { outcomeOf } from '../pool/helpers.js';

async function startManager(): Promise<Manager> {
  const manager = await Manager.start();
  onTestFinished(async () => {
    manager.process?.kill();
    await manager.process?.join();
    manager.close();
  });
  return manager;
}

describe.each(damages)('a ring with words that others have written over: $damage', ({ words }) => {
  describe.each(['manager.Requests', 'manager.Replies'])('of %s', (kind) => {
    test('every call ends, with its value or a typed error, and the manager ends in order', async () => {
      const manager = await startManager();
      const dict = manager.dict({ a: 1 });
      await dict.get('a');
      damageAll(kind, words);
      const calls = Array.from({ length: 10 }, () => outcomeOf(dict.get('a')));
      for (const outcome of await Promise.all(calls)) {
        if (outcome !== 1) expect(outcome).toBeInstanceOf(MultiprocessError);
      }
      const blocked = await outcomeOf(Promise.resolve().then(() => dict.getSync('a')));
      if (blocked !== 1) expect(blocked).toBeInstanceOf(MultiprocessError);
      await manager.shutdown();
      expect(manager.process?.isAlive()).toBe(false);
    });
  });
});

test('a client whose answers cannot be read is told why, and no other client notices', async () => {
  const manager = await startManager();
  const dict = manager.dict({ a: 1 });
  await dict.get('a');
  damageAll('manager.Replies', { 48: 3, 16: 103, 35: 103 });
  expect(await outcomeOf(dict.get('a'))).toHaveProperty('code', 'ERR_MULTIPROCESS_CORRUPT_SEGMENT');
  expect(await outcomeOf(dict.get('a'))).toHaveProperty('code', 'ERR_MULTIPROCESS_MANAGER_CLOSED');
  using again = Manager.attach(manager.handle);
  expect(await again.dict({ b: 2 }).get('b')).toBe(2);
});
