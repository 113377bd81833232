import type { ConnectOptions } from '@multiprocess/redis';
import { cpuCount } from '@multiprocess/process';
import { checkFunction, checkInteger, checkNumber, checkOptions, checkString } from '@multiprocess/shared-memory';
import { checkQueueName } from '../names/queue-name.js';

/** Options of an {@link Agent}. */
export interface AgentOptions {
  /** The queue whose jobs it takes. */
  readonly queue: string;
  /** How many jobs it runs at a time, each in a worker process. Default: one for each processor that this process may use. */
  readonly processes?: number | undefined;
  /** The folder whose packages it has: it finds functions as a program in that folder would import them. Default: the current one. */
  readonly directory?: string | undefined;
  /** A worker is replaced after so many jobs. Default: never. */
  readonly maxTasksPerChild?: number | undefined;
  /** Milliseconds that a function has to end by itself after an abort or a timeout; then its worker is killed. Default: 500. */
  readonly grace?: number | undefined;
  /** Milliseconds for which its jobs stay its own if it gives no sign of life. They are looked for twice as often. Default: 10000. */
  readonly lease?: number | undefined;
  /** How the server is connected to, if its URL is given. Default: as `connect` does. */
  readonly connection?: ConnectOptions | undefined;
  /** Called with what goes wrong between the agent and the server; it goes on by itself. Default: none. */
  readonly onError?: ((error: unknown) => unknown) | undefined;
}

/** The options, checked. */
export interface CheckedAgentOptions {
  readonly queue: string;
  readonly processes: number;
  readonly directory: string;
  readonly maxTasksPerChild: number | undefined;
  readonly grace: number;
  readonly lease: number;
  readonly connection: ConnectOptions | undefined;
  readonly onError: (error: unknown) => void;
}

const NAMES = [
  'queue',
  'processes',
  'directory',
  'maxTasksPerChild',
  'grace',
  'lease',
  'connection',
  'onError',
] as const;
const MIN_LEASE_MS = 100;

/** @throws {@link TypeError} if an option is not of its type. @throws {@link RangeError} if a number is out of range. */
export function checkAgentOptions(options: AgentOptions): CheckedAgentOptions {
  const example = "{ queue: 'resize', processes: 4 }";
  const given = checkOptions(options, example, NAMES);
  const { queue, processes = cpuCount(), directory = process.cwd(), maxTasksPerChild } = given;
  const { grace = 500, lease = 10_000, connection, onError = () => undefined } = given;
  if (maxTasksPerChild !== undefined) checkInteger('maxTasksPerChild', maxTasksPerChild, { min: 1 });
  return {
    queue: checkQueueName(queue, example),
    processes: checkInteger('processes', processes, { min: 1 }),
    directory: checkString('directory', directory),
    maxTasksPerChild,
    grace: checkNumber('grace', grace, { unit: 'milliseconds' }),
    lease: checkInteger('lease', lease, { min: MIN_LEASE_MS, unit: 'milliseconds' }),
    connection,
    onError: checkFunction('onError', onError),
  };
}
