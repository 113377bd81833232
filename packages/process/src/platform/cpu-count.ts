import { availableParallelism } from 'node:os';

/** How many processes can run at the same time: the processors that this one may use. See the example of {@link activeChildren}. */
export function cpuCount(): number {
  return availableParallelism();
}
