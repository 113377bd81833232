import { createHistogram } from 'node:perf_hooks';
import type { Histogram, RecordableHistogram } from 'node:perf_hooks';
import { clock } from '@multiprocess/shared-memory';
import type { PoolTask } from './pool-task.js';

/** Counts and times of a pool; see {@link Pool.stats}. A chunk of a map counts as one task. */
export interface PoolStats {
  /** Workers that run now, and how many of them have tasks. */
  readonly workers: number;
  readonly busy: number;
  /** Workers that were started to replace others. */
  readonly replaced: number;
  /** Tasks that wait for a worker, and tasks that are with one. */
  readonly queued: number;
  readonly running: number;
  /** Tasks that have returned a value, and tasks that have thrown. */
  readonly completed: number;
  readonly failed: number;
  /** Nanoseconds between submission and result that the task did not run. */
  readonly wait: Histogram;
  /** Nanoseconds that tasks ran. */
  readonly run: Histogram;
  /** The share of their time in which the workers had tasks, since each was ready: 0 to 1. */
  readonly utilization: number;
}

/** Counts and times of the tasks that have ended. */
export class Statistics {
  readonly wait: RecordableHistogram = createHistogram();
  readonly run: RecordableHistogram = createHistogram();
  completed = 0;
  failed = 0;

  note(task: PoolTask, end: 'completed' | 'failed', micros: number): void {
    this[end]++;
    const run = Math.max(0, micros);
    this.run.record(run * 1000 + 1); // a histogram starts at 1
    this.wait.record(Math.max(1, Math.trunc((clock.now() - task.submitted) * 1e6) - run * 1000));
  }
}
