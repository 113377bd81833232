import type { CallKind } from '../wire/job-data.js';

/** Receives the outcome of a task: exactly one of the two is called, once. */
export interface Ending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What a task consists of. */
export interface TaskPlan {
  /** The name of the function. */
  readonly name: string;
  readonly kind: CallKind;
  /** The arguments or inputs, encoded. */
  readonly args: Buffer;
  /** Milliseconds that each call may run, from its start; Infinity for no limit. */
  readonly timeout: number;
  /** Handle of the event that aborts it. */
  readonly stop: string | undefined;
  /** Called with each value that the function reports, if the caller listens. */
  readonly onReport?: ((value: unknown) => void) | undefined;
  readonly ending: Ending;
}

/** Something that an agent is to run. It settles once, whatever is reported about it. */
export class RemoteTask {
  readonly plan: TaskPlan;
  readonly #id: string;
  /** How often it was added. Each time it is another job: BullMQ may still have the one before. */
  attempt = 0;
  /** Whether the server has its present job. */
  isAdded = false;
  /** How many answers were lost with what kept them. */
  losses = 0;
  /** How many looks in a row have found its job ended, and no report. */
  looksWithoutReport = 0;
  /** When it was first refused, on the clock of this process. */
  refusedSince: number | undefined;
  /** Settles when what was told of it so far has been handled: reports of one task are not to overtake each other. */
  handled: Promise<void> | undefined;
  /** What is to be removed from the server when it is settled. */
  removeArgs: (() => void) | undefined;

  constructor(id: string, plan: TaskPlan) {
    this.#id = id;
    this.plan = plan;
  }

  /** The id of its present job. */
  get job(): string {
    return `${this.#id}.${this.attempt}`;
  }

  /** The id of the task of a job. */
  static idOf(job: string): string {
    return job.slice(0, job.lastIndexOf('.'));
  }
}
