import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Daemon } from '@multiprocess/daemon';
import type { DaemonOptions } from '@multiprocess/daemon';
import type { ArgumentsOption } from '@multiprocess/serialization';
import { onTestFinished } from 'vitest';
import { markKilled } from '../helpers/segment-directory.js';

/** A directory that goes with the test. */
export function directory(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'multiprocess-test-'));
  onTestFinished(() => {
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

type Options<A extends readonly unknown[]> = Omit<DaemonOptions<A>, 'args' | 'pidFile'> & {
  pidFile?: string;
} & ArgumentsOption<A>;

/** A daemon that is stopped when the test ends, with its files in a directory of their own. */
export function daemonOf<A extends readonly unknown[]>(
  options: Options<A>,
): Daemon<A> & { readonly log: () => string } {
  const place = directory();
  const log = path.join(place, 'log');
  const settings = { pidFile: path.join(place, 'pid'), stdout: log, stderr: log, ...options };
  const daemon = new Daemon<A>(settings as DaemonOptions<A> & ArgumentsOption<A>);
  onTestFinished(async () => {
    markKilled();
    await daemon.stop();
  });
  return Object.assign(daemon, { log: () => readIfThere(log) });
}

export function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
