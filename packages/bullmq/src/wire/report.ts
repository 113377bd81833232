import { types } from 'node:util';
import { ProtocolError } from '@multiprocess/shared-memory';

// What an agent puts into the queue of a caller. The put is done before the job ends in BullMQ, so a job that has ended without a report has lost
// it. It may come twice: the second is for a call that is settled.

/** What an agent says of a job. */
export type Report =
  /** What the function returned. */
  | { readonly how: 'value'; readonly job: string; readonly body: Body }
  /** What it threw, or why it could not be called. */
  | { readonly how: 'error'; readonly job: string; readonly body: Body }
  /** What it reports while it runs. */
  | { readonly how: 'progress'; readonly job: string; readonly body: Body }
  /** Its worker or agent has died more often than it may. */
  | { readonly how: 'died'; readonly job: string; readonly text: string }
  /** This agent does not have the function; another may. */
  | { readonly how: 'refused'; readonly job: string; readonly text: string };

/** A report that has a value. */
export type BodyReport = Extract<Report, { readonly body: Body }>;

/** Bytes, or the handle of the value that has them. */
export type Body = Uint8Array | string;

/** What lies in the queue. */
export type ReportItem = readonly [how: string, job: string, rest: unknown];

/** The most bytes that travel in a job or report; more lie at a key of their own, and are removed when they have been read. */
export const MOST_INLINE_BYTES = 256 * 1024;

export function formatReport(report: Report): ReportItem {
  return [report.how, report.job, 'body' in report ? report.body : report.text];
}

/** @throws {@link ProtocolError} if it is none. */
export function parseReport(item: unknown): Report {
  const [how, job, rest] = Array.isArray(item) ? (item as readonly unknown[]) : [];
  if (typeof job === 'string') {
    if (
      (how === 'value' || how === 'error' || how === 'progress') &&
      (typeof rest === 'string' || types.isUint8Array(rest))
    ) {
      return { how, job, body: rest };
    }
    if ((how === 'died' || how === 'refused') && typeof rest === 'string') return { how, job, text: rest };
  }
  throw new ProtocolError('The queue of results has something in it that no agent of this version puts there');
}

/** The outcome of one input of an `imap`: its value, or what was thrown, encoded. */
export type InputOutcome = readonly [value: unknown] | readonly [value: undefined, thrown: Uint8Array];
