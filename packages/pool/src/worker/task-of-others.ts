import { runningTask } from './running-task.js';

// For a task that runs what another pool was given, as the agents on other hosts do: its pool sees one task, and the caller's many inputs.

/**
 * In a task: goes on with another input, for which the time limit of the task begins anew.
 *
 * @throws {@link AbortSignal.reason | the signal's reason} if the task was told to stop
 */
export function beginInput(index: number): void {
  runningTask()?.beginInput(index);
}

/** In a task: has the values of `reportProgress` encoded, so that the program that gets them need not decode what it only passes on. */
export function encodeReports(encode: (value: unknown) => unknown): void {
  runningTask()?.encodeReports(encode);
}
