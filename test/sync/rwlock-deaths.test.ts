import { RWLock } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { end, forms, inForm, places, User } from './use.js';

const newLock = (): RWLock => {
  const lock = new RWLock();
  onTestFinished(() => {
    lock.close();
  });
  return lock;
};

describe.each(places)('a %s that dies', (where) => {
  test.each(forms)(
    'while it writes leaves the lock to the next writer (%s), which finds ownerDied true',
    async (form) => {
      const lock = newLock();
      const writer = new User(lock, where);
      const next = new User(lock);
      await writer.call('writeLock.acquireSync');
      await next.wait(inForm('writeLock.acquire', form));
      await end(writer, where);
      expect(await next.result(inForm('writeLock.acquire', form))).toBe('true');
      expect(await next.call('ownerDied')).toBe('true');
      expect(await next.call('writeLock.ownerDied')).toBe('true');
      await next.call('writeLock.release');
      expect(await lock.writeLock.acquire()).toBe(true);
      expect(lock.ownerDied).toBe(false);
    },
  );

  test.each(forms)('while it writes lets readers (%s) in, all of which find ownerDied true', async (form) => {
    const lock = newLock();
    const writer = new User(lock, where);
    await writer.call('writeLock.acquire');
    const readers = [new User(lock), new User(lock)];
    for (const reader of readers) await reader.wait(inForm('readLock.acquire', form));
    await end(writer, where);
    for (const reader of readers) {
      expect(await reader.result(inForm('readLock.acquire', form))).toBe('true');
      expect(await reader.call('readLock.ownerDied')).toBe('true');
      await reader.call('readLock.release');
    }
    expect(await lock.readLock.acquire()).toBe(true);
    expect(lock.ownerDied).toBe(true); // until one has written
    lock.readLock.release();
    await lock.writeLock.acquire();
    expect(lock.ownerDied).toBe(true);
    lock.writeLock.release();
    await lock.readLock.acquire();
    expect(lock.ownerDied).toBe(false);
  });

  test.each(forms)(
    'while it reads gives its shares back to a writer (%s), which finds ownerDied false',
    async (form) => {
      const lock = newLock();
      const reader = new User(lock, where);
      const writer = new User(lock);
      await reader.call('readLock.acquireSync');
      await reader.call('readLock.acquire');
      expect(lock.readers).toBe(2);
      await writer.wait(inForm('writeLock.acquire', form));
      await end(reader, where);
      expect(await writer.result(inForm('writeLock.acquire', form))).toBe('true');
      expect(await writer.call('ownerDied')).toBe('false');
      expect(lock.readers).toBe(0);
    },
  );

  test.each(forms)('while it waits (%s) to write keeps no reader out', async (form) => {
    const lock = newLock();
    await lock.readLock.acquire();
    const writer = new User(lock, where);
    await writer.wait(inForm('writeLock.acquire', form));
    const reader = new User(lock);
    await reader.wait('readLock.acquireSync');
    await end(writer, where);
    expect(await reader.result('readLock.acquireSync')).toBe('true');
    expect(await reader.call('ownerDied')).toBe('false');
    expect(lock.readers).toBe(2);
  });

  test.each(forms)('while it waits (%s) to read keeps no writer out', async (form) => {
    const lock = newLock();
    await lock.writeLock.acquire();
    const reader = new User(lock, where);
    await reader.wait(inForm('readLock.acquire', form));
    const writing = new User(lock);
    await writing.wait('writeLock.acquireSync');
    await end(reader, where);
    lock.writeLock.release();
    expect(await writing.result('writeLock.acquireSync')).toBe('true');
    expect(await writing.call('ownerDied')).toBe('false');
  });
});
