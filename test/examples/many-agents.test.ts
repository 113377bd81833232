import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';

const main = new URL('../../docs/examples/many-agents/main.mjs', import.meta.url);
const folder = fileURLToPath(new URL('../../packages/sync/src', import.meta.url));

describeEngines('the example many-agents', (engine) => {
  test('counts on two hosts, of which one is killed, and checks itself', { timeout: 240_000 }, async () => {
    const server = await RedisServer.start(engine);
    const program = startChild(main, { args: [folder], env: { MULTIPROCESS_REDIS_URL: server.url } });
    await program.line('One host is killed');
    await program.line(/^\d+ words\. One process alone finds as many\.$/);
    expect(await program.exit).toEqual({ code: 0, signal: null });
  });
});

test('the example many-agents says what it needs', async () => {
  const program = startChild(main, { env: { MULTIPROCESS_REDIS_URL: undefined } });
  expect(await program.exit).toEqual({ code: 1, signal: null });
  expect(program.stderr).toContain('Set MULTIPROCESS_REDIS_URL');
});
