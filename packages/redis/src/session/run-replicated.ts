import { EngineConnectionError } from '@multiprocess/shared-memory';
import type { Argument, Link } from '../link/link.js';
import type { Compiled } from '../scripts/script.js';
import type { SessionSettings } from './settings.js';

/** The share of a lease for which replicas are waited for: less than that after which a silent connection is taken for dead. */
const PATIENCE = 0.4;

/** A script was run, but too few replicas have what it did. `told` is what the caller gets. */
export class TooFewReplicasError extends Error {
  readonly told: EngineConnectionError;

  constructor(told: EngineConnectionError) {
    super(told.message);
    this.told = told;
  }
}

/**
 * Runs a script, and waits until as many replicas have its changes as the settings say. Both commands leave together.
 *
 * @throws {@link TooFewReplicasError} if they do not have them in time.
 * @throws what the link throws
 */
export async function runReplicated(
  link: Link,
  script: Compiled,
  args: readonly Argument[],
  { minReplicas, lease }: SessionSettings,
): Promise<Buffer> {
  const [reply, found] = await Promise.all([
    link.run(script, args),
    link.wait(minReplicas, Math.ceil(lease * PATIENCE)),
  ]);
  if (found >= minReplicas) return reply;
  throw new TooFewReplicasError(
    new EngineConnectionError(
      `The call was done, but only ${found} of ${minReplicas} replicas have it: it may be lost with the server`,
    ),
  );
}
