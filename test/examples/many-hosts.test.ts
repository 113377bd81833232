import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';

const main = new URL('../../docs/examples/many-hosts/main.mjs', import.meta.url);
const folder = fileURLToPath(new URL('../../packages/sync/src', import.meta.url));

describeEngines('the example many-hosts', (engine) => {
  test('counts on two hosts, of which one is killed, and checks itself', { timeout: 240_000 }, async () => {
    const server = await RedisServer.start(engine);
    const program = startChild(main, { args: [folder], env: { MULTIPROCESS_REDIS_URL: server.url } });
    await program.line('One host is killed');
    await program.line('Both counts agree to the last word.');
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(await server.command('KEYS', '*many-hosts*')).toEqual([]); // nothing is left behind
  });
});

test('the example many-hosts says what it needs', async () => {
  const program = startChild(main, { env: { MULTIPROCESS_REDIS_URL: undefined } });
  expect(await program.exit).toEqual({ code: 1, signal: null });
  expect(program.stderr).toContain('Set MULTIPROCESS_REDIS_URL');
});
