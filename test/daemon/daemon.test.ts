import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Daemon, DaemonError, notifyReady } from '@multiprocess/daemon';
import type { DaemonOptions } from '@multiprocess/daemon';
import { SerializationError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { isRunning } from '../helpers/is-running.js';
import { until } from '../helpers/until.js';
import * as targets from './fixtures/targets.mjs';
import { daemonOf, directory, readIfThere } from './helpers.js';

interface Facts {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly terminal: number;
  readonly cwd: string;
  readonly umask: number;
  readonly ids: { readonly uid: number; readonly gid: number; readonly groups: number[] };
  readonly ignored: string;
  readonly environment: string[];
}

async function factsOf(options: Partial<DaemonOptions<[]>> = {}): Promise<[Facts, number]> {
  const daemon = daemonOf({ target: targets.describeSelf, ...options });
  const pid = await daemon.start();
  await until(() => daemon.log().endsWith('\n'));
  return [JSON.parse(daemon.log()) as Facts, pid];
}

test('a daemon has a session of its own that it does not lead, no terminal, and no parent here', async () => {
  const [facts, pid] = await factsOf();
  expect(facts.pid).toBe(pid);
  expect(facts.parent).not.toBe(process.pid);
  expect([process.pid, pid, 0]).not.toContain(facts.session);
  expect(facts.terminal).toBe(0);
});

test('a daemon is in / with umask 0, with its signals as they should be, and no marks in its environment', async () => {
  const [facts] = await factsOf();
  expect([facts.cwd, facts.umask]).toEqual(['/', 0]);
  const ignored = BigInt(`0x${facts.ignored}`);
  expect(ignored & ((1n << 1n) | (1n << 2n))).toBe(0n); // SIGINT and SIGQUIT
  expect(facts.environment.filter((name) => name.includes('DAEMON'))).toEqual([]);
});

test('cwd, umask and env can be given', async () => {
  const [facts] = await factsOf({ cwd: '/usr', umask: 0o027, env: { ...process.env, GIVEN: '1' } });
  expect([facts.cwd, facts.umask]).toEqual(['/usr', 0o027]);
  expect(facts.environment).toContain('GIVEN');
});

test.skipIf(process.getuid?.() !== 0)('user drops privileges, with all groups, after the files are open', async () => {
  const [facts] = await factsOf({ user: 65_534, group: 65_534 });
  expect(facts.ids).toEqual({ uid: 65_534, gid: 65_534, groups: [65_534] });
});

test('start() resolves when the target runs; status() has its process id, and the pid file only that', async () => {
  const daemon = daemonOf({ target: targets.stay });
  expect(Object.keys(daemon.status())).toEqual(['running']);
  const pid = await daemon.start();
  expect(isRunning(pid)).toBe(true);
  expect(daemon.status()).toEqual({ running: true, pid });
  expect(readFileSync(daemon.pidFile, 'utf8')).toBe(`${pid}\n`);
  expect(statSync(daemon.pidFile).mode & 0o777).toBe(0o644);
  expect(statSync(`${daemon.pidFile}.lock`).mode & 0o777).toBe(0o600);
  execFileSync('/bin/sh', ['-c', `kill $(cat '${daemon.pidFile}')`]); // what an administrator types
  await until(() => !isRunning(pid));
});

test('with waitForReady start() resolves when notifyReady() is called, and its message is here', async () => {
  const daemon = daemonOf({
    target: targets.readyLater as (message: string) => unknown,
    args: ['message'],
    waitForReady: true,
  });
  expect(daemon.status().running).toBe(false);
  expect(daemon.readyMessage).toBeUndefined();
  expect(isRunning(await daemon.start())).toBe(true);
  expect(daemon.readyMessage).toBe('message');
});

test('notifyReady() refuses a message that is not a string', () => {
  expect(() => {
    notifyReady(8080 as unknown as string);
  }).toThrow(new TypeError('message must be a string, received 8080 (number)'));
});

test('a daemon that is not ready in time is ended, and start() rejects', async () => {
  const daemon = daemonOf({ target: targets.stay, waitForReady: true, readyTimeout: 1500 });
  const error = (await daemon.start().catch((error: unknown) => error)) as DaemonError;
  expect(error).toBeInstanceOf(DaemonError);
  expect(error.message).toMatch(/not ready within 1500 ms/);
  await until(() => !daemon.status().running);
});

test.each([
  ['throws', targets.fail, ['no port is free'], /^no port is free$/],
  ['rejects before it is ready', targets.failLater, ['no port is free'], /^no port is free$/],
  ['exits', targets.exit, [3], /ended with 3 before it was ready/],
  ['is killed', targets.killSelf, [], /by a signal or without a report/],
])('start() rejects with the report of a daemon that %s', async (_, target, args, message) => {
  const daemon = daemonOf({ target, args: args as never, waitForReady: true });
  const error = await daemon.start().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(DaemonError);
  expect((error as Error).message).toMatch(message);
  expect((error as DaemonError).code).toBe('ERR_MULTIPROCESS_DAEMON');
  await until(() => !daemon.status().running);
});

test('a pid file that cannot be made fails the start with the reason', async () => {
  const daemon = daemonOf({ target: targets.stay, pidFile: '/no/such/directory/pid' });
  await expect(daemon.start()).rejects.toThrow(/no\/such\/directory\/pid: .*ENOENT/);
});

test('a second start rejects with the process id of the daemon', async () => {
  const daemon = daemonOf({ target: targets.stay });
  const pid = await daemon.start();
  const error = await daemon.start().catch((error: unknown) => error);
  expect(error).toMatchObject({ pid, message: `Already running: process ${pid} has ${daemon.pidFile}` });
  expect(daemon.log()).not.toContain('Already running'); // it is the log of the one that runs
  expect(isRunning(pid)).toBe(true);
});

test('a pid file of a killed daemon, even if its process id is used again, is stale and taken over', async () => {
  const daemon = daemonOf({ target: targets.stay });
  const first = await daemon.start();
  process.kill(first, 'SIGKILL');
  await until(() => !daemon.status().running);
  expect(daemon.status()).toEqual({ running: false, stalePid: first });
  const second = await daemon.start();
  expect(daemon.status()).toEqual({ running: true, pid: second });
  await daemon.stop();
  writeFileSync(daemon.pidFile, `${process.pid}\n`);
  expect(daemon.status()).toEqual({ running: false, stalePid: process.pid });
  await daemon.start();
  expect(daemon.status().running).toBe(true);
});

test('stop() ends it by SIGTERM, waits, and leaves neither the pid file nor its lock; of none it is false', async () => {
  const daemon = daemonOf({ target: targets.stay });
  expect(await daemon.stop()).toBe(false);
  const pid = await daemon.start();
  expect(await daemon.stop()).toBe(true);
  expect(isRunning(pid)).toBe(false);
  expect([daemon.pidFile, `${daemon.pidFile}.lock`].filter((file) => existsSync(file))).toEqual([]);
});

test('a daemon that ends in order removes its pid file itself', async () => {
  const daemon = daemonOf({ target: targets.endInOrder });
  process.kill(await daemon.start(), 'SIGTERM');
  await until(() => !existsSync(daemon.pidFile));
});

test('stop() kills a daemon that ignores SIGTERM', async () => {
  const daemon = daemonOf({ target: targets.ignoreTermination, stopTimeout: 200 });
  const pid = await daemon.start();
  expect(await daemon.stop()).toBe(true);
  await until(() => !isRunning(pid));
  expect(daemon.log()).toContain('no');
});

test('restart() gives another process', async () => {
  const daemon = daemonOf({ target: targets.stay });
  const first = await daemon.restart();
  const second = await daemon.restart();
  expect(second).not.toBe(first);
  expect(isRunning(first)).toBe(false);
  expect(daemon.status()).toEqual({ running: true, pid: second });
});

test.each(['say', 'sayAndShutDown'] as const)(
  'output of %s is appended to files, which are opened again on SIGHUP',
  async (target) => {
    const place = directory();
    const log = path.join(place, 'log');
    writeFileSync(log, 'before\n');
    const daemon = daemonOf({ target: targets[target], stdout: log });
    const pid = await daemon.start();
    await until(() => readIfThere(log) === 'before\nbegan\n');
    renameSync(log, `${log}.1`);
    process.kill(pid, 'SIGHUP');
    await until(() => existsSync(log));
    process.kill(pid, 'SIGUSR2');
    await until(() => readIfThere(log) === 'said\n');
    expect(readIfThere(`${log}.1`)).toBe('before\nbegan\n');
  },
);

test('what a daemon starts has neither its lock nor its channel', async () => {
  const daemon = daemonOf({ target: targets.startChild });
  const pid = await daemon.start();
  await until(() => daemon.log().includes('2 '));
  expect(daemon.log().trim().split(/\s+/)).toHaveLength(4); // and the directory that ls reads
  process.kill(pid, 'SIGKILL');
  await until(() => !daemon.status().running);
});

test('a target that cannot be carried is an error before anything is started', async () => {
  const daemon = daemonOf({ target: targets.stay as (...args: unknown[]) => unknown, args: [Symbol('none')] });
  await expect(daemon.start()).rejects.toThrow(SerializationError);
  expect(daemon.status().running).toBe(false);
});

test.each([
  [{ target: undefined }, TypeError],
  [{ pidFile: undefined }, TypeError],
  [{ pidFile: '' }, TypeError],
  [{ args: 'a' }, TypeError],
  [{ umask: 0o1000 }, RangeError],
  [{ umask: -1 }, RangeError],
  [{ readyTimeout: 0 }, RangeError],
  [{ stopTimeout: NaN }, RangeError],
  [{ user: 1.5 }, RangeError],
])('%o is refused', (wrong, type) => {
  const options = { target: targets.stay, pidFile: '/tmp/pid', ...wrong } as never;
  expect(() => new Daemon(options)).toThrow(type);
});
