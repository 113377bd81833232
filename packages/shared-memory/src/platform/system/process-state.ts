import type { Processes as Calls } from '@multiprocess/native';
import type { ProcessStat, System } from './system.js';

// States of sys/proc.h.
const STOPPED = 4;
const ZOMBIE = 5;
const FIELDS = 7;

/** A process as the native part tells of it. */
interface Known extends ProcessStat {
  readonly user: number;
  readonly isZombie: boolean;
  /** A bit for each, the lowest for signal 1. */
  readonly ignored: number;
}

type Processes = Pick<System, 'hasEnded' | 'ignoresSignal' | 'processStat' | 'runningProcesses' | 'userOf'>;

/** What is told of a process, from the numbers of `processState`; undefined for an error. */
export function knownOf(pid: number, numbers: readonly number[]): Known | undefined {
  if (numbers.length < FIELDS) return undefined;
  const [status = 0, parent = 0, user = 0, threads = 1, seconds = 0, micros = 0, ignored = 0] = numbers;
  const state = status === STOPPED ? 'T' : status === ZOMBIE ? 'Z' : 'R';
  const startedAt = `${seconds}.${String(micros).padStart(6, '0')}`;
  return { pid, startedAt, state, parent, threads, user, isZombie: status === ZOMBIE, ignored };
}

/** Whether a process that started then has ended: there is none, another one has its number, or it has become a zombie, after its last thread. */
export function isOver(known: Known | undefined, startedAt: string): boolean {
  return known?.startedAt !== startedAt || known.isZombie;
}

export function isIgnored(known: Known | undefined, signal: number): boolean {
  return known !== undefined && ((known.ignored >>> (signal - 1)) & 1) === 1;
}

export function processesOf(calls: () => Calls): Processes {
  const known = (pid: number): Known | undefined => knownOf(pid, calls().processState(pid));
  const processStat = (pid: number): ProcessStat | undefined => {
    const found = known(pid);
    return found === undefined || found.isZombie ? undefined : found;
  };
  return {
    processStat,
    hasEnded: ({ pid, startedAt }) => isOver(known(pid), startedAt),
    userOf: (pid) => processStat(pid) && known(pid)?.user,
    ignoresSignal: (pid, signal) => isIgnored(known(pid), signal),
    runningProcesses: () =>
      calls()
        .processIds()
        .flatMap((pid) => processStat(pid) ?? []),
  };
}
