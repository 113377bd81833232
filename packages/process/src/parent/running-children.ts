import { atExit, clock, sweepIfPossible, SystemError, thisThread, threadTable } from '@multiprocess/shared-memory';
import { types } from 'node:util';
import type { Child } from '../launch/child.js';

/** A running child, and whether it survives its parent. */
interface ActiveChild {
  readonly child: Child;
  readonly survives: boolean;
}

/** How long a parent that ends waits for children that it has told to end, so that they can clean up. */
const GRACE_MS = 1000;
/** How long it then waits for those that it has killed: the kernel ends them as soon as it can. */
const KILLED_MS = 5000;

// The children of this thread that have not been seen to end. The map holds their objects, so that a process is still waited
// for after the program has dropped its object. One map for all copies of this package in a thread: each copy ends the
// children in it, and doing so twice is harmless.
const active = threadTable('@multiprocess/active children 1', () => new Map<object, ActiveChild>(), types.isMap);

let listens = false;

/** The objects whose children run now. */
export function runningOwners(): object[] {
  return [...active].filter(([, { child }]) => !child.look()).map(([owner]) => owner);
}

/** Adds the child of `owner`. Before this process ends, it ends the child or waits for it. */
export function noteStart(owner: object, child: ActiveChild): void {
  active.set(owner, child);
  if (listens) return;
  listens = true;
  atExit(endChildren);
}

/** Removes the child of `owner`, which has ended. */
export function noteEnd(owner: object): void {
  active.delete(owner);
}

/**
 * Like Python at the end of a process that no signal kills: tells the children that do not keep it alive to end, and waits for
 * all others.
 */
function endChildren(): void {
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
  if (told.length > 0) sweepIfPossible(thisThread().registry); // a signal ended them, so they could not remove their segments
}

/** Sends a signal. False for a child that runs as another user; it ends when it sees that this process has ended. */
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
