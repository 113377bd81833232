import { systemErrorOf } from '../base/errno.js';
import { native } from './platform.js';
import { explainRefusal } from './system-errors.js';

// The native result for a child that runs; errors are below that.
const RUNNING = -1_000_000;
const ECHILD = 10;

/** The status of a child: running, an exit status (−N for signal N), or reaped by the event loop, which has its status. */
export type ChildStatus = 'running' | 'reaped' | number;

/** Blocks until a child of this process has ended, at most `timeout` ms. Does not reap it. */
export function childStatus(pid: number, timeout: number): ChildStatus {
  const status = native().waitExit(pid, timeout);
  if (status === RUNNING) return 'running';
  if (status > RUNNING) return status;
  if (status === RUNNING - ECHILD) return 'reaped';
  throw explainRefusal(`wait for process ${pid}`, systemErrorOf(status - RUNNING, 'waitid'));
}
