// Once a run of the suite: whatever it leaves behind fails it, be it a process or a segment.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { killMarker, nameRun, ourEntries, RUN, SHARED_MEMORY, testFilePid } from '../segment-directory.js';
import { relatedProcesses, whereabouts } from './whereabouts.mjs';

const run = nameRun();

// Other runtimes end processes without the handlers of `exit`: what a process leaves there, the next program removes.
const isNode = !('bun' in process.versions || 'deno' in process.versions);

// How long a process may take to end after its test has; a process that is still there then is not going to.
const PATIENCE = 5_000;

// Where the results of this run are written, if they are.
let results: string | undefined;

export function setup(project: TestProject): () => Promise<void> {
  const { outputFile } = project.vitest.config;
  results = typeof outputFile === 'object' ? outputFile.json : outputFile;
  process.env[RUN] = run;
  subscribe('child_process', noteEnd);
  return async () => {
    unsubscribe('child_process', noteEnd);
    const processes = await remainingProcesses();
    if (processes.length > 0) fail(`processes that the tests left running:\n${whereabouts(processes)}`);
    for (const pid of processes) kill(pid);

    for (const name of ourEntries(run)) if (isNode) await sweepAfterKill(`${SHARED_MEMORY}/${name}`);
    const segments = ourEntries(run);
    if (segments.length > 0 && isNode) fail(`left in ${SHARED_MEMORY} by the tests:\n${await describe(segments)}`);
    for (const name of segments) rmSync(`${SHARED_MEMORY}/${name}`, { recursive: true, force: true });
  };
}

// The runner kills the process of a file that takes more than half a second to end, be it in the midst of its last
// tidying up; what a killed process leaves is for the next that comes.
const ends = new Map<number | undefined, Promise<NodeJS.Signals | number | null>>();

function noteEnd(message: unknown): void {
  const child = (message as { readonly process: ChildProcess }).process;
  const end = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ?? code);
    });
  });
  child.once('spawn', () => ends.set(child.pid, end));
}

/** Does what the next program of the user would, where the runner or a test has killed a process. */
async function sweepAfterKill(directory: string): Promise<void> {
  const marker = killMarker(directory);
  if (!existsSync(marker) && (await ends.get(testFilePid(directory))) !== 'SIGKILL') return;
  rmSync(marker, { force: true });
  const program = "import('@multiprocess/shared-memory').then(({ removeOrphans }) => removeOrphans())";
  spawnSync(process.execPath, ['-e', program], {
    env: { ...process.env, MULTIPROCESS_DIR: directory },
    stdio: 'inherit',
  });
}

async function remainingProcesses(): Promise<number[]> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const processes = relatedProcesses(`${RUN}=${run}`).filter((pid) => pid !== process.pid);
    if (processes.length === 0 || Date.now() > deadline) return processes;
    await delay(20);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}

async function describe(names: string[]): Promise<string> {
  const lines: string[] = [];
  for (const name of names) {
    const end = await ends.get(testFilePid(name));
    lines.push(whereabouts([], `${SHARED_MEMORY}/${name}`), `  (its test file's process ended with ${String(end)})`);
  }
  return lines.join('\n');
}

// An error thrown here would be printed, but leave the run green. The file is for those who count the results.
function fail(message: string): void {
  console.error(`\nLEFT BEHIND: ${message}\n`);
  process.exitCode = 1;
  if (results === undefined) return;
  mkdirSync(path.dirname(results), { recursive: true });
  appendFileSync(`${results}.left-behind.txt`, `LEFT BEHIND: ${message}\n`);
}
