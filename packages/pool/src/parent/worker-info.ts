import type { Process } from '@multiprocess/process';

/** A worker of a pool. */
export interface WorkerInfo {
  /** `PoolWorker-1`, `PoolWorker-2`, …: unique in its pool. */
  readonly name: string;
  /** Its process id; that of this process if it is a thread. */
  readonly pid: number | undefined;
}

/** A worker of a pool that has ended. */
export interface WorkerEndInfo extends WorkerInfo {
  /** The status it exited with, or −N if signal N killed it. 0 if the pool has let it end. */
  readonly exitCode: number | null;
  /** The signal that killed it; null otherwise. */
  readonly signal: NodeJS.Signals | null;
  /** The uncaught error that ended it; undefined otherwise. */
  readonly error: unknown;
}

/** What is told of a worker that runs. */
export function infoOf({ name, pid }: Process): WorkerInfo {
  return { name, pid };
}

/** What is told of a worker that has ended. */
export function endInfoOf(worker: Process): WorkerEndInfo {
  const { exitCode, signalCode, error } = worker;
  return { ...infoOf(worker), exitCode, signal: signalCode, error };
}
