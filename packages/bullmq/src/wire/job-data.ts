import { ProtocolError } from '@multiprocess/shared-memory';

// What a job of BullMQ carries. Callers write it once, with the job; agents read it, and trust none of it.

/** How the function is called: with a list of arguments; for each input of a chunk; with each as its arguments; for each, whatever the others do. */
export type CallKind = (typeof KINDS)[number];

const KINDS = ['call', 'map', 'starmap', 'imap'] as const;

/** The layout of {@link JobData}. */
const FORMAT = 1;

/** What a job carries, as JSON. The function is the name of the job. */
export interface JobData {
  readonly format: typeof FORMAT;
  readonly kind: CallKind;
  /** Handle of the caller's queue of results. */
  readonly results: string;
  /** Handle of the lock that the caller holds while it lives. */
  readonly life: string;
  /** The arguments or inputs, in base64; or else `key`. */
  readonly args?: string;
  /** Handle of the value that has the arguments or inputs, if they are large. */
  readonly key?: string;
  /** Milliseconds that each call may run, from its start. Absent: no limit. */
  readonly timeout?: number;
  /** Whether the caller wants to be told what the function reports. */
  readonly reports?: true;
  /** Handle of the event that the caller sets to abort it. Absent: it cannot be aborted. */
  readonly stop?: string;
  /** How many deaths of workers and agents it survives. */
  readonly retries: number;
}

export function newJobData(data: Omit<JobData, 'format'>): JobData {
  return { format: FORMAT, ...data };
}

/** @throws {@link ProtocolError} if the job was not made by a caller of this version. */
export function checkJobData(data: unknown): JobData {
  const given = (typeof data === 'object' && data !== null ? data : {}) as Partial<Record<keyof JobData, unknown>>;
  const { format, kind, results, life, args, key, timeout, reports, stop, retries } = given;
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  const isSound =
    format === FORMAT &&
    KINDS.includes(kind as CallKind) &&
    typeof results === 'string' &&
    typeof life === 'string' &&
    (typeof args === 'string') !== (typeof key === 'string') &&
    isText(args) &&
    isText(key) &&
    isText(stop) &&
    (reports === undefined || reports === true) &&
    (timeout === undefined || (typeof timeout === 'number' && timeout >= 0)) &&
    Number.isSafeInteger(retries) &&
    (retries as number) >= 0;
  if (isSound) return given as JobData;
  throw new ProtocolError(
    'The job was not added by a DistributedPool of this version: give pools and agents of different versions different queues',
  );
}
