import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import {
  clock,
  DaemonError,
  hasErrorCode,
  processStat,
  systemReason,
  workingDirectoryFault,
} from '@multiprocess/shared-memory';
import type { NodeCommand } from '@multiprocess/shared-memory';
import type { Settings } from './daemon-options.js';
import { CHANNEL_FD, MARK } from './launch-channel.js';
import type { Report } from './launch-channel.js';
import type { Holder } from './lock-file.js';
import { openOutputs } from './open-log.js';
import { closeDescriptorsOnExec } from './platform.js';
import { signalHolder } from './signal-holder.js';

/**
 * The shell leads the new session, starts the daemon and ends. So `init` adopts the daemon, which can never get a terminal, as it
 * is not the session leader.
 */
const LEAVE = '"$@" &';

const ENDED = 'The daemon ended before it was ready, by a signal or without a report: see its stderr';

interface Launched {
  readonly pid: number;
  readonly message: string | undefined;
}

/**
 * Starts Node as a daemon, in a session of its own, and waits until it is ready.
 *
 * @param body a line that the daemon reads
 * @throws {@link DaemonError} if it fails, or is not ready in time. In the second case it was told to end.
 */
export async function launch(
  { executable, args, env }: NodeCommand,
  settings: Settings,
  body?: string,
): Promise<Launched> {
  const fault = workingDirectoryFault();
  if (fault !== undefined) throw new DaemonError(`The daemon could not be started: ${fault}`);
  const outputs = openOutputs(settings);
  closeDescriptorsOnExec();
  const shell = spawn('/bin/sh', ['-c', LEAVE, 'sh', executable, ...args], {
    detached: true,
    env: { ...env, [MARK]: '1' },
    stdio: ['ignore', ...outputs, 'pipe'],
  });
  for (const fd of outputs) if (typeof fd === 'number') closeSync(fd);
  const failure = new Promise<never>((_, reject) => {
    shell.once('error', (cause) => {
      reject(new DaemonError(`The daemon could not be started: ${systemReason(cause, 'path')}`, undefined, { cause }));
    });
  });
  const channel = shell.stdio[CHANNEL_FD] as Duplex | null | undefined;
  if (channel === null || channel === undefined) return failure;
  channel.on('error', () => undefined); // it has ended without reading, which is reported below
  if (body !== undefined) channel.write(`${body}\n`);
  try {
    return await Promise.race([failure, untilReady(channel, settings.readyTimeout)]);
  } finally {
    failure.catch(() => undefined);
    channel.destroy();
  }
}

async function untilReady(channel: Duplex, timeout: number): Promise<Launched> {
  let daemon: Holder | undefined;
  const timer = clock.setTimeout(() => {
    channel.destroy(new DaemonError(`The daemon was not ready within ${timeout} ms, and was told to end`, daemon?.pid));
  }, timeout);
  try {
    for await (const report of reportsOf(channel)) {
      // Only the first process id counts: it was sent before the user's code ran. A later one could make this process, which may
      // have more privileges, send a signal to any process.
      if ('pid' in report) daemon ??= holderOf(report.pid);
      else if ('failed' in report) throw new DaemonError(report.failed, report.holder);
      else if (daemon !== undefined) return { pid: daemon.pid, message: report.message };
    }
  } catch (error) {
    if (error === channel.errored && daemon !== undefined) tellToEnd(daemon);
    if (hasErrorCode(error, 'ECONNRESET')) throw new DaemonError(ENDED, daemon?.pid, { cause: error });
    throw error;
  } finally {
    clock.clearTimeout(timer);
  }
  throw new DaemonError(ENDED);
}

async function* reportsOf(channel: Duplex): AsyncGenerator<Report, void, void> {
  let text = '';
  for await (const chunk of channel.setEncoding('utf8')) {
    const lines = (text + String(chunk)).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield* reportIn(line);
  }
}

/** Skips a line that is not a report: code of the daemon may have written to the descriptor. */
function* reportIn(line: string): Generator<Report, void, void> {
  try {
    const report: unknown = JSON.parse(line);
    if (typeof report === 'object' && report !== null) yield report as Report;
  } catch {
    // not a report
  }
}

function holderOf(pid: number): Holder {
  return { pid, startedAt: processStat(pid)?.startedAt ?? '', user: undefined };
}

function tellToEnd(daemon: Holder): void {
  try {
    signalHolder(daemon, 'SIGTERM');
  } catch {
    // It has changed its user, so this process may not end it.
  }
}
