import type { Calls as ProcessCalls } from '../system/calls.js';

/** The functions of the native part that tell of processes and directories. */
export interface Calls extends ProcessCalls {
  makeDirectory(path: string): number;
  writers(path: string): string[];
}
