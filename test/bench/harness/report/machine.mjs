import { spawnSync } from 'node:child_process';
import os from 'node:os';

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

/** Whatever a figure depends on, as far as it can be found out. */
export function describeMachine() {
  return {
    date: new Date().toISOString(),
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
  const { date, cpu, cores, kernel, node, python: version, loadAverage } = machine;
  const day = date.slice(0, 16).replace('T', ' ');
  return `${day} UTC. ${cpu}, ${cores} cores, ${kernel}; Node ${node}, CPython ${version}; load average ${loadAverage.join(', ')}.`;
}
