import { systemErrorOf } from '../base/errno.js';
import { native } from './platform.js';
import { explainRefusal } from '../base/system-errors.js';

// What the native part answers for a child that runs; errors are below that.
const RUNNING = -1_000_000;
const ECHILD = 10;

/** How a child stands: running, ended with a status (−N for signal N), or gone, so that its status is with the event loop. */
export type ChildStatus = 'running' | 'reaped' | number;

/** Looks at a child of this process, blocking until it has ended, but at most `timeout` ms. Does not reap it. */
export function childStatus(pid: number, timeout: number): ChildStatus {
  const status = native().waitExit(pid, timeout);
  if (status === RUNNING) return 'running';
  if (status > RUNNING) return status;
  if (status === RUNNING - ECHILD) return 'reaped';
  throw explainRefusal(`wait for process ${pid}`, systemErrorOf(status - RUNNING, 'waitid'));
}
