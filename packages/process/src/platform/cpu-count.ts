import { availableParallelism } from 'node:os';

/** The number of processors that this process may use: so many processes run at the same time. See the example of {@link activeChildren}. */
export function cpuCount(): number {
  return availableParallelism();
}
