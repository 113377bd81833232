import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { patience } from '../helpers/effort.js';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';
import { temporaryDirectory } from '../helpers/servers/temporary-directory.js';
import { until } from '../helpers/until.js';
import { openStore } from '../redis/stores.js';
import { root } from '../tools/run.mjs';
import { Host, newPool } from './host.js';

const MAIN = pathToFileURL(path.join(root, 'packages/multiprocess/dist/cli/main.js'));

// Most of it starts programs.
const long = patience(240_000);

describeEngines('multiprocess work', (engine) => {
  test('runs jobs in its folder, finishes them at SIGTERM, and says what it did', long, async () => {
    const server = await RedisServer.start(engine);
    const host = new Host().install();
    const { held } = await host.jobs();
    const args = ['work', server.url, '--queue', 'jobs', '--processes', '1', '--prefix', 'app'];
    const child = startChild(MAIN, { args, cwd: host.directory });
    await child.line('Takes jobs of jobs');
    const call = newPool(await openStore(server.url, { prefix: 'app' })).apply(held, [
      host.path('log'),
      host.path('gate'),
    ]);
    await until(() => host.read('log') === 'begun\n');
    process.kill(child.pid, 'SIGTERM');
    host.write('gate');
    expect(await call).toBe('done');
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.lines.at(-1)).toBe('jobs: 0 running, 1 completed');
  });

  test('gives back what does not end in its time', long, async () => {
    const server = await RedisServer.start(engine);
    const host = new Host().install();
    const { held } = await host.jobs();
    const env = { MULTIPROCESS_REDIS_URL: server.url };
    const child = startChild(MAIN, { args: ['work', '--queue', 'jobs', '--finish', '0'], cwd: host.directory, env });
    await child.line('Takes jobs of jobs');
    const pool = newPool(await openStore(server.url), { onWorkerDeath: 'retry' });
    const call = pool.applyAsync(held, [host.path('log'), host.path('never')]);
    await until(() => host.read('log') === 'begun\n');
    process.kill(child.pid, 'SIGTERM');
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.lines.at(-1)).toBe('jobs: 0 running, 0 completed, 1 given back');
    await until(async () => (await pool.stats()).waiting === 1);
    expect(call.ready).toBe(false);
  });
});

describe('multiprocess work says what is wrong with', () => {
  test.each([
    [['redis://127.0.0.1:1'], /Give the name of the queue: --queue resize/],
    [['redis://127.0.0.1:1', '--queue', 'a', '--processes', 'x'], /--processes must be a whole number, received "x"/],
    [['redis://127.0.0.1:1', '--queue', 'a:b'], /queue must be the name of a queue, without a colon/],
    [['redis://127.0.0.1:1', '--queue', 'a'], /redis:\/\/127\.0\.0\.1:1/],
    [['--queue', 'a'], /Give the URL of the server, or set MULTIPROCESS_REDIS_URL/],
  ])('%j', async (args, message) => {
    const child = startChild(MAIN, { args: ['work', ...args], env: { MULTIPROCESS_REDIS_URL: '' } });
    expect(await child.exit).toMatchObject({ code: 1 });
    expect(child.stderr).toMatch(message);
  });

  test('an installation without @multiprocess/bullmq', long, async () => {
    const folder = temporaryDirectory('without-bullmq');
    const packages = path.join(folder, 'node_modules/@multiprocess');
    mkdirSync(packages, { recursive: true });
    for (const one of readdirSync(path.join(root, 'packages'))) {
      if (one !== 'bullmq' && one !== 'multiprocess')
        symlinkSync(path.join(root, 'packages', one), path.join(packages, one));
    }
    const umbrella = path.join(folder, 'node_modules/multiprocess');
    for (const part of ['dist', 'package.json']) {
      cpSync(path.join(root, 'packages/multiprocess', part), path.join(umbrella, part), { recursive: true });
    }
    const main = pathToFileURL(path.join(umbrella, 'dist/cli/main.js'));
    const child = startChild(main, { args: ['work', 'redis://127.0.0.1:1', '--queue', 'a'], cwd: folder });
    expect(await child.exit).toMatchObject({ code: 1 });
    expect(child.stderr.trim()).toBe(
      'work needs the package @multiprocess/bullmq, which is not installed here: npm install @multiprocess/bullmq',
    );
  });
});
