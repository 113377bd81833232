/** Counts of an agent; see {@link Agent.stats}. A chunk of a map counts as one job. */
export interface AgentStats {
  /** Jobs that it runs now. */
  readonly running: number;
  /** Jobs whose function has returned. */
  readonly completed: number;
  /** Jobs whose function has thrown, that were aborted, or whose caller was gone. */
  readonly failed: number;
  /** Jobs that it left to other agents, since it does not have their function. */
  readonly refused: number;
  /** Jobs that it gave back when it was terminated. */
  readonly givenBack: number;
  /** Workers that were started to replace others. */
  readonly replaced: number;
}

/** The same, while it counts. */
export class AgentCounts {
  running = 0;
  completed = 0;
  failed = 0;
  refused = 0;
  givenBack = 0;
}
