import { createHistogram } from 'node:perf_hooks';
import type { Histogram, RecordableHistogram } from 'node:perf_hooks';
import { clock } from '@multiprocess/shared-memory';
import type { PoolTask } from './pool-task.js';

/** What a pool has done and is doing; see {@link Pool.stats}. Chunks of a map count as tasks. */
export interface PoolStats {
  /** Workers that run now, and how many of them have something to do. */
  readonly workers: number;
  readonly busy: number;
  /** Workers that were started in place of others. */
  readonly replaced: number;
  /** Tasks that wait for a worker, and tasks that are with one. */
  readonly queued: number;
  readonly running: number;
  /** Tasks that have returned, and tasks that have thrown. */
  readonly completed: number;
  readonly failed: number;
  /** Nanoseconds from submission to the start, with the way there and back. */
  readonly wait: Histogram;
  /** Nanoseconds that tasks ran. */
  readonly run: Histogram;
}

/** Counts and times of the tasks that have come back. */
export class Statistics {
  readonly wait: RecordableHistogram = createHistogram();
  readonly run: RecordableHistogram = createHistogram();
  completed = 0;
  failed = 0;

  note(task: PoolTask, completed: boolean, micros: number): void {
    if (completed) this.completed++;
    else this.failed++;
    const run = Math.max(0, micros);
    this.run.record(run * 1000 + 1); // a histogram starts at 1
    this.wait.record(Math.max(1, Math.trunc((clock.now() - task.submitted) * 1e6) - run * 1000));
  }
}
