import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const application = fileURLToPath(new URL('fixtures/application.cjs', import.meta.url));
const snapshot = fileURLToPath(new URL('fixtures/snapshot.cjs', import.meta.url));
const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');

/** How Node recognises that a blob has been put into it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const KINDS = ['process', 'nested', 'settings', 'thread', 'prewarm', 'pool', 'threads', 'manager', 'daemon'];
const ALL_STARTED = KINDS.map((kind) => `${kind} 3`);
/** What a single executable alone is refused. */
const REFUSED_ITS_OWN = 'own ERR_MULTIPROCESS_SERIALIZATION true';
/** Whether a message says what to set. */
const REFUSED = 'ERR_MULTIPROCESS_PROCESS_START true';

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'multiprocess-application-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The lines that it writes, and how many processes have been the application. */
async function outcomeOf(
  folder: string,
  run: { readonly execArgv?: string[]; readonly env?: NodeJS.ProcessEnv; readonly executable?: string },
): Promise<{ lines: readonly string[]; runs: number }> {
  const log = path.join(folder, 'log');
  const program = startChild(new URL('fixtures/application.cjs', import.meta.url), {
    execArgv: run.execArgv ?? [],
    env: { GUARD_LOG: log, GUARD_FROM: application, GUARD_APPLICATION: application, ...run.env },
    ...(run.executable !== undefined && { executable: run.executable }),
  });
  const { code } = await program.exit;
  expect({ code, stderr: program.stderr }).toEqual({ code: 0, stderr: '' });
  return { lines: program.lines, runs: readFileSync(log, 'utf8').trim().split('\n').length };
}

/** Makes a copy of this Node that is the application. */
function singleExecutable(folder: string): string {
  const executable = path.join(folder, 'application');
  const config = path.join(folder, 'sea.json');
  const blob = path.join(folder, 'blob');
  writeFileSync(config, JSON.stringify({ main: application, output: blob, disableExperimentalSEAWarning: true }));
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'pipe' });
  copyFileSync(process.execPath, executable);
  chmodSync(executable, 0o755);
  execFileSync(process.execPath, [postject, executable, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE], {
    stdio: 'pipe',
  });
  return executable;
}

describe('a single executable application', () => {
  const place = mkdtempSync(path.join(tmpdir(), 'multiprocess-application-'));
  let executable = '';
  beforeAll(() => {
    executable = singleExecutable(place);
  });
  afterAll(() => {
    rmSync(place, { recursive: true, force: true });
  });

  test('has children that are itself, and run what they are given instead of the application', async () => {
    const folder = newFolder();
    const { lines, runs } = await outcomeOf(folder, { executable });
    expect(lines).toEqual([...ALL_STARTED, REFUSED_ITS_OWN]);
    expect(runs).toBe(1);
  });

  test('starts children on the Node that MULTIPROCESS_NODE names', async () => {
    const folder = newFolder();
    const { lines, runs } = await outcomeOf(folder, {
      executable,
      env: { MULTIPROCESS_NODE: process.execPath },
    });
    expect(lines).toEqual([...ALL_STARTED, REFUSED_ITS_OWN]);
    expect(runs).toBe(1);
  });
});

test('an application that starts from a snapshot has children that do not', async () => {
  const folder = newFolder();
  const blob = path.join(folder, 'blob');
  execFileSync(process.execPath, ['--snapshot-blob', blob, '--build-snapshot', snapshot], { stdio: 'pipe' });
  const { lines, runs } = await outcomeOf(folder, { execArgv: ['--snapshot-blob', blob] });
  // A thread would abort it there.
  const outcome = Number.parseInt(process.versions.node, 10) < 22 ? '3' : 'ERR_MULTIPROCESS_PROCESS_START false';
  expect(lines).toEqual(KINDS.map((kind) => `${kind} ${kind.startsWith('thread') ? outcome : '3'}`));
  expect(runs).toBe(1);
});

test('an executable that always runs the application ends the chain at the first child', async () => {
  const folder = newFolder();
  const executable = path.join(folder, 'application');
  writeFileSync(executable, `#!/bin/sh\nexec "${process.execPath}" "${application}"\n`);
  chmodSync(executable, 0o755);
  const { lines, runs } = await outcomeOf(folder, { env: { GUARD_EXECUTABLE: executable } });
  const unlike: Readonly<Record<string, string>> = {
    thread: '3',
    threads: '3',
    daemon: 'ERR_MULTIPROCESS_DAEMON false',
  };
  expect(lines).toEqual(KINDS.map((kind) => `${kind} ${unlike[kind] ?? REFUSED}`));
  // What was to be a child is the application again, and has started nothing.
  const refused = readFileSync(path.join(folder, 'log.again'), 'utf8').trim().split('\n');
  expect(new Set(refused)).toEqual(new Set(['ERR_MULTIPROCESS_PROCESS_START']));
  expect(runs).toBe(1 + refused.length);
});
