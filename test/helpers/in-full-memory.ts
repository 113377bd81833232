import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { mountNamespace } from './mount-namespace.js';

/** Runs a program in a mount namespace of its own, with a directory to mount memory at, and returns what it prints as JSON. */
export function runInMountNamespace(program: URL, ...args: readonly string[]): unknown {
  const directory = mkdtempSync('/tmp/multiprocess-test-');
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const [command = '', ...flags] = mountNamespace ?? [];
  const all = [...flags, process.execPath, fileURLToPath(program), directory, ...args];
  const { status, stderr, stdout } = spawnSync(command, all, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}
