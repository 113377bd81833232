import { checkInteger, checkNumber, checkOneOf, checkOptions } from '@multiprocess/shared-memory';
import { checkQueueName } from '../names/queue-name.js';

/** Options of a {@link DistributedPool}. */
export interface DistributedPoolOptions {
  /** The queue, which is also its name in BullMQ. */
  readonly queue: string;
  /** What happens to the call that an agent or worker was running when it died, or that a server without its data has forgotten: it rejects, or is started again. Default: 'reject'. */
  readonly onWorkerDeath?: 'reject' | 'retry' | undefined;
  /** With 'retry': how many deaths a call survives. Default: 3. */
  readonly retries?: number | undefined;
  /** Milliseconds for which a call waits for an agent that has its function, after one that does not have it has refused. Default: 10000. */
  readonly refusalTimeout?: number | undefined;
  /** Milliseconds between looks after jobs that nothing is heard of. Default: 5000. */
  readonly watchInterval?: number | undefined;
  /** How many jobs that have ended BullMQ keeps, of those that returned and of those that failed, for its dashboards. Default: 100. */
  readonly keepJobs?: number | undefined;
}

export interface CheckedPoolOptions {
  readonly queue: string;
  readonly retries: number;
  readonly refusalTimeout: number;
  readonly watchInterval: number;
  readonly keepJobs: number;
}

const NAMES = ['queue', 'onWorkerDeath', 'retries', 'refusalTimeout', 'watchInterval', 'keepJobs'] as const;

/** @throws {@link TypeError} if an option is not of its type. @throws {@link RangeError} if a number is out of range. */
export function checkPoolOptions(options: DistributedPoolOptions): CheckedPoolOptions {
  const example = "{ queue: 'resize', onWorkerDeath: 'retry' }";
  const given = checkOptions(options, example, NAMES);
  const {
    queue,
    onWorkerDeath = 'reject',
    retries = 3,
    refusalTimeout = 10_000,
    watchInterval = 5000,
    keepJobs = 100,
  } = given;
  checkOneOf('onWorkerDeath', onWorkerDeath, ['reject', 'retry']);
  checkInteger('retries', retries);
  return {
    queue: checkQueueName(queue, example),
    retries: onWorkerDeath === 'retry' ? retries : 0,
    refusalTimeout: checkNumber('refusalTimeout', refusalTimeout, { unit: 'milliseconds' }),
    watchInterval: checkInteger('watchInterval', watchInterval, { min: 50, unit: 'milliseconds' }),
    keepJobs: checkInteger('keepJobs', keepJobs, { unit: 'jobs' }),
  };
}
