import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect } from '@multiprocess/redis';
import type { ListedObject, ServerFinding } from '@multiprocess/redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../tools/run.mjs';
import { startChild } from '../helpers/children.js';
import { describeEngines, RedisServer } from '../helpers/servers/redis-server.js';
import { temporaryDirectory } from '../helpers/servers/temporary-directory.js';
import { command } from './command.js';

describeEngines('doctor --redis', (engine) => {
  test('finds nothing to complain about in a server that keeps everything', async () => {
    const server = await RedisServer.start(engine, { persistent: true });
    const { status, output } = await command('doctor', '--redis', server.url);
    expect(output.split('\n').filter((line) => !line.startsWith('ok  '))).toEqual([]);
    expect(status).toBe(0);
    expect(output).toMatch(new RegExp(`^ok {4}Server: ${engine.engine} \\d+\\.\\d+\\.\\d+ at ${server.url}/0$`, 'm'));
    expect(output).toMatch(/^ok {4}Round trip: \d+\.\d\d ms in the median/m);
    expect(await server.command('DBSIZE')).toBe(0); // it has left nothing
  });

  test('says what an unfit one lacks, and how to fix that', async () => {
    const server = await RedisServer.start(engine, { settings: ['--maxmemory-policy', 'allkeys-lru'] });
    const { status, output } = await command('doctor', '--json', '--redis', server.url);
    const findings = JSON.parse(output) as ServerFinding[];
    const found = (subject: string) => findings.find((one) => one.subject === subject);
    expect(status).toBe(1);
    expect(found('When memory is full')).toMatchObject({
      verdict: 'failure',
      found: expect.stringContaining('allkeys-lru') as string,
      remedy: expect.stringContaining('CONFIG SET maxmemory-policy noeviction') as string,
    });
    expect(found('After a restart')).toMatchObject({
      verdict: 'warning',
      remedy: expect.stringContaining('appendonly yes') as string,
    });
  });

  test('refuses a replica and a server in cluster mode', async () => {
    const primary = await RedisServer.start(engine);
    const replica = await RedisServer.start(engine, { replicaOf: primary });
    const cluster = await RedisServer.start(engine, { settings: ['--cluster-enabled', 'yes'] });
    for (const { url } of [replica, cluster]) {
      const { status, output } = await command('doctor', '--redis', url);
      expect(status).toBe(1);
      expect(output).toMatch(/^FAIL {2}Mode: (a replica|cluster)\n {6}Connect to /m);
    }
  });

  test('says that scripts are forbidden to a user', async () => {
    const server = await RedisServer.start(engine);
    await server.command('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all', '-eval');
    const url = `redis://reader:secret@127.0.0.1:${server.port}`;
    const { status, output } = await command('doctor', '--redis', url);
    expect(status).toBe(1);
    expect(output).toMatch(/^FAIL {2}Scripts: .*\n {6}Allow the user EVAL/m);
    expect(output).not.toContain('secret');
  });
});

test('doctor --redis where there is no server says what to check', async () => {
  const { status, output } = await command('doctor', '--redis', 'redis://127.0.0.1:1');
  expect(status).toBe(1);
  expect(output).toMatch(
    /^FAIL {2}Server: No server could be reached at redis:\/\/127\.0\.0\.1:1\/0.*\n {6}Is it running/,
  );
});

test('list --redis where there is no server ends with 1 and says so', async () => {
  const { status, stderr } = await command('list', '--redis', 'redis://127.0.0.1:1');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^No server could be reached/);
});

describeEngines('list --redis', (engine) => {
  const me = `${hostname()} ${process.pid}`;

  test('shows the objects, who holds them and who waits for them', async () => {
    const server = await RedisServer.start(engine);
    const store = await connect(server.url);
    onTestFinished(() => store.close());
    const lock = store.lock({ name: 'report' });
    await lock.acquire();
    const waiting = store.lock({ name: 'report' }).acquire();
    await store.queue({ name: 'jobs', maxsize: 9 }).putMany(['a', 'b', 'c']);
    const permits = store.boundedSemaphore(3, { name: 'permits' });
    await permits.acquire();
    await store.dict({ a: 1, b: 2 }).size();
    const { status, output } = await command('list', '--redis', server.url);
    expect(status).toBe(0);
    const rows = output.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['KIND', 'NAME', 'ITEMS', 'STATE', 'HELD BY', 'WAITING']);
    expect(rows).toContainEqual(['Lock', 'report', '-', '-', me, me]);
    expect(rows).toContainEqual(['BoundedSemaphore', 'permits', '-', '2 of 3 free', me, '-']);
    expect(rows).toContainEqual(['Queue', 'jobs', '3', 'at most 9', '-', '-']);
    expect(rows).toContainEqual(['Dict', '-', '2', '-', '-', '-']);
    await lock.release();
    await waiting;
    const { output: later } = await command('list', '--json', '--redis', server.url);
    const found = (JSON.parse(later) as ListedObject[]).find(({ kind }) => kind === 'Lock');
    expect(found).toMatchObject({ name: 'report', holders: [me], waiters: [] });
  });

  test('shows those of a prefix only', async () => {
    const server = await RedisServer.start(engine);
    const store = await connect(server.url, { prefix: 'app' });
    onTestFinished(() => store.close());
    await store.event({ name: 'ready' }).set();
    expect((await command('list', '--redis', server.url)).output).toBe('Nothing is on that server under this prefix.');
    const { output } = await command('list', '--redis', server.url, '--prefix', 'app');
    expect(output).toMatch(/^Event\s+ready\s+-\s+set\s+-\s+-$/m);
  });
});

describe('without @multiprocess/redis', () => {
  test.each(['doctor', 'list'])('%s --redis says how to install it', async (name) => {
    const folder = temporaryDirectory('without-redis');
    const packages = path.join(folder, 'node_modules/@multiprocess');
    mkdirSync(packages, { recursive: true });
    for (const one of readdirSync(path.join(root, 'packages'))) {
      if (one !== 'redis' && one !== 'multiprocess')
        symlinkSync(path.join(root, 'packages', one), path.join(packages, one));
    }
    const umbrella = path.join(folder, 'node_modules/multiprocess');
    for (const part of ['dist', 'package.json']) {
      cpSync(path.join(root, 'packages/multiprocess', part), path.join(umbrella, part), { recursive: true });
    }
    const main = pathToFileURL(path.join(umbrella, 'dist/cli/main.js'));
    const child = startChild(main, { args: [name, '--redis', 'redis://127.0.0.1:1'], cwd: folder });
    expect(await child.exit).toMatchObject({ code: 1 });
    expect(child.stderr.trim()).toBe(
      '--redis needs the package @multiprocess/redis, which is not installed here: npm install @multiprocess/redis',
    );
  });
});
