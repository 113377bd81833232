import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

/** @typedef {ReturnType<typeof describeMachine>} Machine */

const python = spawnSync(
  'python3',
  ['-c', 'import multiprocessing.synchronize, platform; print(platform.python_version())'],
  {
    encoding: 'utf8',
  },
);

/** The version of CPython; undefined where there is none, or none whose multiprocessing works. */
export const pythonVersion = python.status === 0 ? python.stdout.trim() : undefined;

/** What git answers in the root of this checkout; undefined without git or a repository. @param {string[]} args */
function git(...args) {
  const cwd = fileURLToPath(new URL('../../../..', import.meta.url));
  const { status, stdout } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The commit whose packages are measured, and whether they have been changed since. */
function describeCommit() {
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === undefined) return 'unknown';
  return git('status', '--porcelain', 'packages') === '' ? commit : `${commit} and changes`;
}

/** Whatever a figure depends on, as far as it can be found out. */
export function describeMachine() {
  return {
    date: new Date().toISOString(),
    commit: describeCommit(),
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    python: pythonVersion ?? 'none',
    loadAverage: os.loadavg().map((load) => Math.round(load * 100) / 100),
  };
}

/** @param {Machine} machine */
export function machineLine(machine) {
  const { date, commit, cpu, cores, kernel, node, python: version, loadAverage } = machine;
  const day = date.slice(0, 16).replace('T', ' ');
  const versions = `Node ${node}, CPython ${version}`;
  return `${day} UTC, commit ${commit}. ${cpu}, ${cores} cores, ${kernel}; ${versions}; load average ${loadAverage.join(', ')}.`;
}
