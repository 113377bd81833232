/** The result of one check of `doctor`. */
export interface Finding {
  readonly subject: string;
  readonly verdict: 'failure' | 'ok' | 'warning';
  readonly found: string;
  /** What you can do about it. */
  readonly remedy?: string;
}

export type Result = Omit<Finding, 'subject'>;

export const ok = (found: string): Result => ({ verdict: 'ok', found });
export const warning = (found: string, remedy: string): Result => ({ verdict: 'warning', found, remedy });
export const failure = (found: string, remedy: string): Result => ({ verdict: 'failure', found, remedy });
