import { stateOf } from './state-of.js';

/** Whether the process is stopped, as by SIGSTOP. */
export function isStopped(pid: number): boolean {
  return stateOf(pid) === 'T';
}
