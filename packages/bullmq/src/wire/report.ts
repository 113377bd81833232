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

/** Few bytes, as a text: for that a codec takes a fifth of the time. */
export interface ShortBody {
  readonly base64: string;
}

/** A report as an agent makes it. */
export type NewReport =
  (Omit<BodyReport, 'body'> & { readonly body: Body | ShortBody }) | Exclude<Report, { readonly body: Body }>;

/** What lies in the queue. */
export type ReportItem =
  | readonly [how: string, job: string, rest: unknown]
  | readonly [how: string, job: string, rest: unknown, encoding: 'base64'];

/** The most bytes that travel in a job or report; more lie at a key of their own, and are removed when they have been read. */
export const MAX_INLINE_BYTES = 256 * 1024;

/** The most bytes that are a {@link ShortBody}. */
export const MAX_SHORT_BYTES = 4096;

export function formatReport(report: NewReport): ReportItem {
  const { how, job } = report;
  if (!('body' in report)) return [how, job, report.text];
  const { body } = report;
  return isShort(body) ? [how, job, body.base64, 'base64'] : [how, job, body];
}

function isShort(body: Body | ShortBody): body is ShortBody {
  return typeof body === 'object' && 'base64' in body;
}

/** @throws {@link ProtocolError} if it is not one. */
export function parseReport(item: unknown): Report {
  const [how, job, given, encoding] = Array.isArray(item) ? (item as readonly unknown[]) : [];
  const rest = encoding === 'base64' && typeof given === 'string' ? Buffer.from(given, 'base64') : given;
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
