import { SystemError, clock, sweepIfPossible, thisThread, threadTable } from '@multiprocess/shared-memory';
import { types } from 'node:util';
import type { Child } from '../launch/child.js';
import type { Process } from './process.js';

/** A running child, and whether it survives its parent. */
interface ActiveChild {
  readonly child: Child;
  readonly survives: boolean;
}

/** How long a parent that ends waits for children that it has told to: those that clean up first get that much time. */
const GRACE_MS = 1000;
/** How long it waits for those that it has killed then: the kernel ends them as soon as it can. */
const KILLED_MS = 5000;

// The children of this thread that have not been seen to end. It holds their objects, so that a process whose object
// nobody has kept is still reaped and waited for.
// One map for all copies of this package in a thread; each of them ends what is in it, which can be done twice.
const active = threadTable('@multiprocess/active children 1', () => new Map<object, ActiveChild>(), types.isMap);

let listens = false;

/**
 * The processes that this thread has started and that are running now.
 *
 * @example
 * ```ts source="../process.examples.ts#family"
 * const workers = Array.from({ length: cpuCount() }, (_, i) => new Process({ target: greet, args: [`worker ${i}`] }));
 * for (const worker of workers) worker.start();
 * console.log(currentProcess().name, parentProcess()?.pid); // 'MainProcess' undefined
 * console.log(activeChildren().length); // how many of them still run
 * ```
 */
export function activeChildren(): Process[] {
  return [...active].filter(([, { child }]) => !child.look()).map(([owner]) => owner as Process);
}

/** From now on it belongs to {@link activeChildren}, and this process ends it, or waits for it, when it ends itself. */
export function noteStart(owner: object, child: ActiveChild): void {
  active.set(owner, child);
  if (listens) return;
  listens = true;
  process.on('exit', leaveNobodyBehind);
}

/** It has ended. */
export function noteEnd(owner: object): void {
  active.delete(owner);
}

/**
 * As Python does at the end of a process, however that came about, short of a signal: who does not keep it alive is told
 * to end, then it waits for all others.
 */
function leaveNobodyBehind(): void {
  const children = [...active.values()].filter(({ survives }) => !survives).map(({ child }) => child);
  const told = children.filter((child) => !child.isWaitedFor && tell(child, 'SIGTERM'));
  waitForAll(told, GRACE_MS);
  const stubborn = told.filter((child) => !child.look());
  for (const child of stubborn) tell(child, 'SIGKILL');
  waitForAll(stubborn, KILLED_MS);
  for (const child of children) {
    child.abandonStreams();
    if (child.isWaitedFor) child.waitSync(Infinity);
  }
  if (told.length > 0) sweepIfPossible(thisThread().registry); // ended by a signal, they have removed nothing themselves
}

/** Whether it could be told. One that runs as another user cannot; it ends when it sees that this process has ended. */
function tell(child: Child, signal: NodeJS.Signals): boolean {
  try {
    child.signal(signal);
    return true;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return false;
  }
}

function waitForAll(children: readonly Child[], timeout: number): void {
  const deadline = clock.now() + timeout;
  for (const child of children) child.waitSync(Math.max(0, deadline - clock.now()));
}
