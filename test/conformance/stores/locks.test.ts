import { NotOwnedError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { Peer } from './peer.js';
import { describeStores } from './stores.js';

describeStores('a lock', (suite) => {
  const newLock = () => suite.closing(suite.store.lock());

  test('says whether it is held, and that no owner has died', async () => {
    const lock = newLock();
    expect(await lock.locked()).toBe(false);
    await lock.acquire();
    expect([await lock.locked(), await lock.ownerDied()]).toEqual([true, false]);
    await lock.release();
    expect(await lock.locked()).toBe(false);
  });

  test('is not taken twice by one caller', async () => {
    const lock = newLock();
    await lock.acquire();
    expect(await lock.acquire({ timeout: 10 })).toBe(false);
    await lock.release();
  });

  test('may be released by any client', async () => {
    const lock = newLock();
    const peer = await Peer.start(suite.reach, lock);
    await lock.acquire();
    await peer.call('release');
    expect(await lock.locked()).toBe(false);
    await expect(peer.call('release')).rejects.toThrow('NotOwnedError');
    expect(await peer.call('acquire')).toBe(true);
    await lock.release();
    expect(await peer.call('locked')).toBe(false);
  });

  test('lets one read, change and write at a time, of several processes', async () => {
    const lock = newLock();
    const peers = await Promise.all([1, 2, 3].map(() => Peer.start(suite.reach, lock)));
    // One call of each is under way; whichever has the lock counts for itself, and lets go.
    let holders = 0;
    const turns = peers.map(async (peer) => {
      for (let i = 0; i < 20; i++) {
        expect(await peer.call('acquire')).toBe(true);
        expect(++holders).toBe(1);
        holders--;
        await peer.call('release');
      }
    });
    await Promise.all(turns);
  });
});

describeStores('an rlock', (suite) => {
  const newLock = () => suite.closing(suite.store.rlock());

  test('is taken again by its owner, and free when released as often', async () => {
    const lock = newLock();
    expect([await lock.acquire(), await lock.acquire({ timeout: 0 }), await lock.acquire()]).toEqual([
      true,
      true,
      true,
    ]);
    await lock.release();
    await lock.release();
    expect(await lock.locked()).toBe(true);
    await lock.release();
    expect(await lock.locked()).toBe(false);
    await expect(lock.release()).rejects.toThrow(NotOwnedError);
  });

  test('run() may be called inside run()', async () => {
    const lock = newLock();
    expect(await lock.run(() => lock.run(async () => lock.locked()))).toBe(true);
    expect(await lock.locked()).toBe(false);
  });

  test('excludes the async contexts of one thread from each other', async () => {
    const lock = newLock();
    let inside = 0;
    await Promise.all(
      [1, 2, 3, 4].map(async () => {
        await lock.acquire();
        expect(++inside).toBe(1);
        await lock.acquire();
        await new Promise(setImmediate);
        await lock.release();
        inside--;
        await lock.release();
      }),
    );
  });

  test('is released by its owner only', async () => {
    const lock = newLock();
    const peer = await Peer.start(suite.reach, lock);
    await peer.call('acquire');
    await expect(lock.release()).rejects.toThrow(NotOwnedError);
    expect(await lock.locked()).toBe(true);
    await peer.call('release');
    expect(await lock.acquire({ timeout: 0 })).toBe(true);
    await lock.release();
  });
});
