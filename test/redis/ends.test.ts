import { connect } from '@multiprocess/redis';
import { ClosedError } from '@multiprocess/shared-memory';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { NetworkProxy } from '../helpers/servers/network-proxy.js';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';
import { until } from '../helpers/until.js';

describeEngines('a program', (engine) => {
  test('that awaits close() goes on behind it, however slow the server is, and ends', async () => {
    const server = await RedisServer.start(engine);
    const proxy = await NetworkProxy.start(server.port);
    proxy.delay(100);
    const program = startChild(new URL('fixtures/close.mjs', import.meta.url), {
      args: [`redis://127.0.0.1:${proxy.port}`],
    });
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.lines).toEqual(['closed']);
  });

  test('that awaits an item stays, although its connection is cut, and ends without close() when it has it', async () => {
    const server = await RedisServer.start(engine);
    const proxy = await NetworkProxy.start(server.port);
    const program = startChild(new URL('fixtures/wait.mjs', import.meta.url), {
      args: [`redis://127.0.0.1:${proxy.port}`],
    });
    await program.line('waiting');
    proxy.refuse();
    proxy.cut();
    await until(() => proxy.refused > 3);
    proxy.admit();
    const store = await connect(server.url);
    onTestFinished(() => store.close());
    await store.queue({ name: 'queue' }).put('it');
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.lines).toEqual(['waiting', 'got it']);
  });
});

describeEngines('an object', (engine) => {
  test('that is closed has done what was begun before', async () => {
    const server = await RedisServer.start(engine);
    const store = await connect(server.url);
    const beside = await connect(server.url);
    onTestFinished(async () => {
      await Promise.all([store.close(), beside.close()]);
    });
    const there = beside.joinableQueue<number>({ name: 'jobs' });
    const jobs = store.joinableQueue<number>({ name: 'jobs' });
    await jobs.put(1);
    expect(await jobs.get()).toBe(1);
    const [reported, put] = [jobs.taskDone(), jobs.put(2)];
    jobs.close();
    await Promise.all([reported, put]);
    expect(await there.get()).toBe(2);
    await there.taskDone();
    expect(await there.join({ timeout: 0 })).toBe(true);
  });

  test('of a store that is closed has had sent what was begun before', async () => {
    const server = await RedisServer.start(engine);
    const store = await connect(server.url);
    const beside = await connect(server.url);
    onTestFinished(() => beside.close());
    const queue = store.queue<number>({ name: 'queue' });
    const there = beside.queue<number>({ name: 'queue' });
    await queue.put(1);
    const put = queue.put(2);
    await Promise.all([store.close(), expect(put).rejects.toThrow(ClosedError)]);
    expect(await there.getMany(2)).toEqual([1, 2]);
  });
});
