import { ClosedError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { sendCommand } from '../helpers/servers/command.js';
import { sharedServers } from '../helpers/servers/redis-server.js';
import { until } from '../helpers/until.js';
import { openStore } from './stores.js';

/** So that commands are text. */
const TEXT = { serializer: 'json', prefix: 'text' } as const;

// A put that another client of the server sends together with commands of its own, as agents of BullMQ do.
for (const server of sharedServers()) {
  describe.skipIf(server.missing)(`the posting of a joinable queue, ${server.name}`, () => {
    const send = (posting: { source: string; args: readonly unknown[] } | undefined): Promise<unknown> => {
      const { source, args } = posting!;
      return sendCommand(Number(new URL(server.url()).port), ['EVAL', source, '0', ...args.map(String)]);
    };

    test('puts the item, for one that waits and for one that comes later', async () => {
      const store = await openStore(server.url(), TEXT);
      const jobs = store.joinableQueue<string>();
      const waiting = jobs.get();
      await jobs.size(); // the server runs the scripts of a connection in their order
      expect(await send(jobs.posting('first'))).toBe('+');
      expect(await waiting).toBe('first');
      expect(await send(jobs.posting('second'))).toBe('+');
      expect(await jobs.size()).toBe(1);
      expect(await jobs.get()).toBe('second');
      await jobs.taskDone();
      expect(await jobs.join({ timeout: 0 })).toBe(false);
      await jobs.taskDone();
      expect(await jobs.join({ timeout: 0 })).toBe(true);
    });

    test('keeps the order of what was put and posted', async () => {
      const store = await openStore(server.url(), TEXT);
      const jobs = store.joinableQueue<number>();
      await jobs.put(1);
      await send(jobs.posting(2));
      await jobs.put(3);
      expect(await jobs.getMany(5)).toEqual([1, 2, 3]);
    });

    test('is there twice if it is sent twice', async () => {
      const store = await openStore(server.url(), TEXT);
      const jobs = store.joinableQueue<string>();
      await jobs.size();
      const posting = jobs.posting('twice');
      expect([await send(posting), await send(posting)]).toEqual(['+', '+']);
      expect(await jobs.getMany(5)).toEqual(['twice', 'twice']);
    });

    test('goes to another program when the one that had taken it ends', async () => {
      const store = await openStore(server.url(), TEXT);
      const other = await openStore(server.url(), TEXT);
      const jobs = store.joinableQueue<string>({ name: `posted-${process.pid}` });
      await send(await until(async () => ((await jobs.size()) === 0 ? jobs.posting('kept') : undefined)));
      expect(await jobs.get()).toBe('kept');
      await store.close();
      const again = other.joinableQueue<string>({ name: `posted-${process.pid}` });
      expect(await again.get()).toBe('kept');
      await again.unlink();
    });

    test('replies with why it was not put', async () => {
      const store = await openStore(server.url(), TEXT);
      const jobs = store.joinableQueue<string>();
      await jobs.size();
      const posting = jobs.posting('late');
      await jobs.shutdown();
      expect(await send(posting)).toBe('!shut');
      await jobs.unlink();
      expect(await send(posting)).toBe('!gone');
    });

    test('is not for a store whose puts wait for replicas, nor of a queue that was closed here', async () => {
      const replicated = await openStore(server.url(), { minReplicas: 1 });
      expect(replicated.joinableQueue().posting('item')).toBe(undefined);
      const jobs = (await openStore(server.url(), TEXT)).joinableQueue();
      jobs.close();
      expect(() => jobs.posting('item')).toThrow(ClosedError);
    });
  });
}
