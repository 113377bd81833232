import type { Summary } from './report/statistics.mjs';

export type Effort = 'full' | 'quick';

/** One way to do it. */
export interface Contender {
  readonly name: string;
  /** A file in contenders/ or python/, which serves `Request`s. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Variables of its environment, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The backend it runs over, in a directory of its own. Default: the one that the toolkit chooses here. */
  readonly backend?: 'posix';
  /** Whether all its processes have to share one core. */
  readonly pinned?: boolean;
  /** Why it cannot take part on this machine. */
  readonly skip?: string | undefined;
  /** The cases it takes part in. Default: all. */
  readonly cases?: readonly string[];
}

/** How much is measured: warm-ups are rounds that do not count. */
interface Plan {
  readonly warmUps: number;
  readonly rounds: number;
  /** What each contender is asked each round. */
  readonly request: object;
}

/** What a contender answers: samples in the unit of the case, null for what never came. */
export interface Reply {
  readonly samples: readonly (number | null)[];
  readonly extra?: Readonly<Record<string, number>>;
}

/** Something beside the samples, put together from all rounds. */
export interface Extra {
  readonly key: string;
  readonly title: string;
  readonly combine: 'min' | 'median' | 'max';
}

/** What all contenders of a question are compared in. */
export interface Case {
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly plans: Readonly<Record<Effort, Plan>>;
  readonly extras?: readonly Extra[];
}

/** A figure to reach. `measure` gives undefined where a contender it needs did not take part. */
export interface Target {
  readonly says: string;
  readonly measure: (of: Lookup) => number | undefined;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** The figure of a contender in a case. Default: the median. */
export type Lookup = (caseName: string, contender: string, key?: string) => number | undefined;

interface Stage {
  readonly env: Readonly<Record<string, string>>;
  readonly end: () => Promise<void>;
}

export interface Question {
  readonly name: string;
  readonly asks: string;
  /** The contender whom the others are compared with. */
  readonly baseline: string;
  /** Starts what all contenders share: variables of their environment, and how to end it. Default: nothing. */
  readonly stage?: () => Promise<Stage>;
  readonly contenders: readonly Contender[];
  readonly cases: readonly Case[];
  readonly targets: readonly Target[];
}

/** How a contender did in a case. */
export interface Figure {
  readonly contender: string;
  /** Of all samples of all rounds; absent if there are none. */
  readonly summary?: Summary;
  readonly extra?: Readonly<Record<string, number>>;
  /** The median of each round, in their order. */
  readonly rounds?: readonly number[];
  /** How often what was waited for never came. */
  readonly never?: number;
  readonly skipped?: string;
  readonly failed?: string;
}

export interface CaseResult {
  readonly case: string;
  readonly unit: string;
  readonly figures: readonly Figure[];
}

export interface QuestionResult {
  readonly question: string;
  readonly effort: Effort;
  readonly cases: readonly CaseResult[];
  readonly targets: readonly { readonly says: string; readonly measured?: number; readonly met?: boolean }[];
}
