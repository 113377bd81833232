import { connect } from '@multiprocess/redis';
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
