import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Daemon, DaemonError } from '@multiprocess/daemon';
import type { DaemonOptions } from '@multiprocess/daemon';
import { processStat } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { isRunning } from '../helpers/is-running.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import * as targets from './fixtures/targets.mjs';
import { daemonOf, directory } from './helpers.js';

const OTHER = 65_534;
const asOther = ['setpriv', `--reuid=${OTHER}`, `--regid=${OTHER}`, '--clear-groups'];

/** A folder that another user owns, and may put anything in. */
function folderOfOther(): string {
  const folder = path.join(openDirectory(), 'theirs');
  mkdirSync(folder);
  chownSync(folder, OTHER, OTHER);
  return folder;
}

/** A directory whose files all users may reach. */
function openDirectory(): string {
  const place = directory();
  chmodSync(place, 0o755);
  return place;
}

/** A daemon whose files are not as they should be, so that a stop() may fail. */
function misled(options: Partial<DaemonOptions> & Pick<DaemonOptions, 'pidFile'>): Daemon {
  const daemon = new Daemon({ target: targets.stay, ...options });
  onTestFinished(async () => {
    markKilled();
    await daemon.stop().catch(() => false);
  });
  return daemon;
}

/** A process of ours that must not be ended. */
async function victim(): Promise<number> {
  const sleeper = spawn('sleep', ['1000']);
  onTestFinished(() => void sleeper.kill('SIGKILL'));
  await once(sleeper, 'spawn');
  return sleeper.pid!;
}

/** Another user's process that holds the lock of a file, as long as the test runs. */
async function lockAsOther(file: string, how: '-x' | '-s' = '-x'): Promise<void> {
  const [command = '', ...flags] = asOther;
  const holder = spawn(command, [...flags, 'flock', '--no-fork', how, file, 'sh', '-c', 'echo held; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
}

function theirs(file: string, text: string, mode = 0o600): void {
  writeFileSync(file, text, { mode });
  chownSync(file, OTHER, OTHER);
}

const nameOf = (pid: number): string => `${pid} ${processStat(pid)?.startedAt}\n`;

describe.skipIf(process.getuid?.() !== 0)('for a program of root', () => {
  test.each(['-x', '-s'] as const)(
    'a user who may only read the pid file, and locks it (flock %s), delays neither start() nor stop()',
    async (how) => {
      const pidFile = path.join(openDirectory(), 'pid');
      const daemon = daemonOf({ target: targets.stay, pidFile });
      process.kill(await daemon.start(), 'SIGKILL');
      await until(() => !daemon.status().running);
      await lockAsOther(pidFile, how);
      expect(daemon.status()).toMatchObject({ running: false });
      expect(isRunning(await daemon.start())).toBe(true);
      expect(await daemon.stop()).toBe(true);
    },
  );

  test('another user cannot open the lock file, for reading either', async () => {
    const pidFile = path.join(openDirectory(), 'pid');
    await daemonOf({ target: targets.stay, pidFile }).start();
    const [command = '', ...flags] = asOther;
    expect(() => execFileSync(command, [...flags, 'cat', `${pidFile}.lock`], { stdio: 'pipe' })).toThrow(/denied/);
  });

  test('a daemon that has given up being root has nothing open by which it could name another process', async () => {
    const other = await victim();
    const pidFile = path.join(openDirectory(), 'pid');
    const daemon = daemonOf({
      target: targets.forge as (pid: number) => unknown,
      args: [other],
      pidFile,
      user: OTHER,
      waitForReady: true,
      stopTimeout: 300,
    });
    const pid = await daemon.start();
    expect(JSON.parse(daemon.readyMessage ?? '')).toEqual([]); // what it could write to
    expect(daemon.status()).toEqual({ running: true, pid });
    expect(await daemon.stop()).toBe(true);
    expect([isRunning(pid), isRunning(other)]).toEqual([false, true]);
  });

  test('a process is not ended because a pid file names it', async () => {
    const other = await victim();
    const pidFile = path.join(folderOfOther(), 'pid');
    theirs(pidFile, `${other}\n`, 0o644);
    const daemon = daemonOf({ target: targets.stay, pidFile });
    expect(daemon.status()).toEqual({ running: false, stalePid: other });
    expect(await daemon.stop()).toBe(false);
    expect(isRunning(other)).toBe(true);
  });

  test('a lock file of another user that names a process of root ends nothing: start() and stop() reject', async () => {
    const other = await victim();
    const pidFile = path.join(folderOfOther(), 'pid');
    theirs(`${pidFile}.lock`, nameOf(other));
    await lockAsOther(`${pidFile}.lock`);
    const daemon = misled({ pidFile });
    expect(daemon.status()).toEqual({ running: false });
    await expect(daemon.stop()).rejects.toThrow(/pid\.lock is locked by a process that it does not name/);
    await expect(daemon.start()).rejects.toThrow(DaemonError);
    expect(isRunning(other)).toBe(true);
  });

  test('a lock file of another user is an error of start() that names the user, even if it is not locked', async () => {
    const pidFile = path.join(folderOfOther(), 'pid');
    theirs(`${pidFile}.lock`, '');
    await expect(daemonOf({ target: targets.stay, pidFile }).start()).rejects.toThrow(
      `${pidFile}.lock belongs to user ${OTHER}`,
    );
  });

  test.each(['', '.lock', '.new'])('a link in place of the pid file%s leads nowhere', async (suffix) => {
    const precious = path.join(directory(), 'precious');
    writeFileSync(precious, 'precious');
    const pidFile = path.join(folderOfOther(), 'pid');
    symlinkSync(precious, pidFile + suffix);
    lchownSync(pidFile + suffix, OTHER, OTHER);
    const daemon = misled({ pidFile });
    const outcome = await daemon.start().catch((error: unknown) => error);
    if (suffix !== '.new') expect(outcome).toBeInstanceOf(DaemonError); // a new one is made in the place of that
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  test.each(['', '.lock'])(
    'a FIFO in place of the pid file%s is an error, and no call waits for it',
    async (suffix) => {
      const pidFile = path.join(folderOfOther(), 'pid');
      execFileSync('mkfifo', [pidFile + suffix]);
      chownSync(pidFile + suffix, OTHER, OTHER);
      const daemon = misled({ pidFile });
      if (suffix === '') expect(daemon.status()).toEqual({ running: false });
      else expect(() => daemon.status()).toThrow(DaemonError);
      if (suffix === '.lock') await expect(daemon.start()).rejects.toThrow(DaemonError);
    },
  );

  test('a second name of another lock file does not end that one’s daemon', async () => {
    const one = daemonOf({ target: targets.stay });
    const pid = await one.start();
    const pidFile = path.join(folderOfOther(), 'pid');
    linkSync(`${one.pidFile}.lock`, `${pidFile}.lock`);
    await expect(misled({ pidFile }).stop()).rejects.toThrow(DaemonError);
    expect(isRunning(pid)).toBe(true);
    execFileSync('rm', [`${pidFile}.lock`]);
  });

  test('a file with something else in it is not overwritten as a pid file, and not removed', async () => {
    const pidFile = path.join(directory(), 'pid');
    writeFileSync(pidFile, 'precious\n');
    const daemon = daemonOf({ target: targets.stay, pidFile });
    await expect(daemon.start()).rejects.toThrow(`${pidFile} is not a pid file`);
    expect(await daemon.stop()).toBe(false);
    expect(readFileSync(pidFile, 'utf8')).toBe('precious\n');
  });

  test('output does not follow a link that another user has made', async () => {
    const precious = path.join(directory(), 'precious');
    writeFileSync(precious, 'precious');
    const log = path.join(folderOfOther(), 'log');
    symlinkSync(precious, log);
    lchownSync(log, OTHER, OTHER);
    for (const options of [{ stdout: log }, { stderr: log }, { stdout: log, user: OTHER }]) {
      await expect(daemonOf({ target: targets.stay, ...options }).start()).rejects.toThrow(
        `${log} leads through the symbolic link log, which user ${OTHER} may change`,
      );
    }
    expect(readFileSync(precious, 'utf8')).toBe('precious');
  });

  test('output does not follow a link on the way to it either', async () => {
    const place = directory();
    const folder = folderOfOther();
    symlinkSync(place, path.join(folder, 'logs'));
    await expect(daemonOf({ target: targets.stay, stdout: path.join(folder, 'logs/log') }).start()).rejects.toThrow(
      DaemonError,
    );
    expect(existsSync(path.join(place, 'log'))).toBe(false);
  });

  test('output does not go to a second name of a file, nor to another user’s file in a folder for all', async () => {
    const shared = directory();
    chmodSync(shared, 0o1777);
    const precious = path.join(directory(), 'precious');
    writeFileSync(precious, 'precious');
    const folder = folderOfOther();
    linkSync(precious, path.join(folder, 'log'));
    theirs(path.join(shared, 'log'), '', 0o666);
    for (const log of [path.join(folder, 'log'), path.join(shared, 'log')]) {
      await expect(daemonOf({ target: targets.stay, stdout: log }).start()).rejects.toThrow(
        `${log} was put there by another user`,
      );
    }
  });

  test('output goes to a file of the daemon’s own user in that user’s folder, and through links of root', async () => {
    const folder = folderOfOther();
    theirs(path.join(folder, 'log'), '');
    const link = path.join(directory(), 'link');
    symlinkSync(folder, link);
    const daemon = daemonOf({ target: targets.stay, stdout: path.join(link, 'log'), user: OTHER });
    await daemon.start();
    await until(() => readFileSync(path.join(folder, 'log'), 'utf8') === 'stays\n');
  });

  test('another user sees that a daemon of root runs, and can neither stop it nor start another', async () => {
    const pidFile = path.join(openDirectory(), 'pid');
    const pid = await daemonOf({ target: targets.stay, pidFile }).start();
    const ask = async (what: string): Promise<unknown> => {
      const child = startChild(new URL('fixtures/as-user.mjs', import.meta.url), { args: [pidFile, what] });
      return JSON.parse(await child.line(/./));
    };
    expect(await ask('status')).toEqual({ running: true, pid });
    const code = 'ERR_MULTIPROCESS_DAEMON';
    expect(await ask('stop')).toMatchObject({ code, pid, message: expect.stringContaining('another user') as string });
    expect(await ask('start')).toMatchObject({
      code,
      pid,
      message: expect.stringContaining('Already running') as string,
    });
    expect(isRunning(pid)).toBe(true);
  });

  test('a user’s own daemon is stopped by root', async () => {
    const pidFile = path.join(folderOfOther(), 'pid');
    const child = startChild(new URL('fixtures/as-user.mjs', import.meta.url), { args: [pidFile, 'start'] });
    const pid = Number(await child.line(/^\d+$/));
    const daemon = daemonOf({ target: targets.stay, pidFile });
    expect(daemon.status()).toEqual({ running: true, pid });
    expect(await daemon.stop()).toBe(true);
    expect(isRunning(pid)).toBe(false);
  });
});

test('a daemon that reports another process id, and is not ready in time, is ended itself', async () => {
  const other = await victim();
  const daemon = daemonOf({
    target: targets.misreport as (text: string) => unknown,
    args: [`none\n{"pid":${other}}\n`],
    waitForReady: true,
    readyTimeout: 2000,
  });
  const error = (await daemon.start().catch((one: unknown) => one)) as DaemonError;
  expect(error).toBeInstanceOf(DaemonError);
  expect(error.pid).not.toBe(other);
  await until(() => !isRunning(error.pid!));
  expect(isRunning(other)).toBe(true);
});

test('output to a FIFO without a reader is an error, and no call waits for it', async () => {
  const log = path.join(directory(), 'fifo');
  execFileSync('mkfifo', [log]);
  await expect(daemonOf({ target: targets.stay, stdout: log }).start()).rejects.toThrow(/Cannot open .*fifo.*ENXIO/);
});

test('output to a folder that is not there is a DaemonError with the path that was given', async () => {
  const log = path.join(directory(), 'no/such/log');
  const error: unknown = await daemonOf({ target: targets.stay, stdout: log })
    .start()
    .catch((one: unknown) => one);
  expect(error).toBeInstanceOf(DaemonError);
  expect((error as Error).message).toMatch(`Cannot open ${log} for output: ENOENT`);
});
