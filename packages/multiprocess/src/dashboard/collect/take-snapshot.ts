import { clock, describePlatform } from '@multiprocess/shared-memory';
import type { InspectedObject, InspectedThread, Inspection } from '@multiprocess/shared-memory';
import { commandLine, isStopped } from '../../inspect/command-line.js';
import { describeCircle, findCircles, waitsOf } from '../../inspect/explain-waits.js';
import type { Circle } from '../../inspect/explain-waits.js';
import type { Rate } from '../../inspect/rates.js';
import type { Hold, ObjectFacts, ProcessFacts, Snapshot, ThreadName, Wait } from '../snapshot/snapshot.js';

// Any program of this user may have written what is read: neither many nor long texts may overwhelm a page.
const MAX_PROCESSES = 200;
const MAX_OBJECTS = 400;
const MAX_CIRCLES = 20;
const MAX_TEXT = 200;
/** What tells two programs apart comes last in a command line, after the long paths of Node and of the program. */
const MAX_COMMAND_LINE = 1000;
const MAX_PIDS = 256;

/** `shard-2` before `shard-10`. */
const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/** Makes plain facts of an inspection, the most interesting ones if there are too many. */
export function takeSnapshot({ objects, threads }: Inspection, rates: ReadonlyMap<string, Rate>): Snapshot {
  const circles = findCircles(threads);
  const deadlocked = threadsIn(circles.filter(({ isDeadlock }) => isDeadlock));
  const pids = pidsByInterest(threads, deadlocked);
  const shownPids = new Set(pids.slice(0, MAX_PROCESSES));
  const shown = mostInteresting(objects);
  const ids = new Map(shown.map((object) => [object, `${object.kind}:${object.name}`]));
  const members = threads.filter(({ pid }) => shownPids.has(pid));
  return {
    at: clock.sinceEpoch(),
    directory: describePlatform().directory,
    processes: [...shownPids].sort((a, b) => a - b).map((pid) => processFacts(pid, threads)),
    objects: shown.map((object) => objectFacts(object, ids.get(object)!, rates.get(object.name))),
    holds: shown.flatMap((object) => holdsOf(object, ids.get(object)!, deadlocked, shownPids)),
    waits: members.flatMap((thread) => waitFacts(thread, ids, deadlocked)),
    circles: circles.slice(0, MAX_CIRCLES).map((circle) => ({
      threads: circle.threads.map(threadName),
      isDeadlock: circle.isDeadlock,
      sentence: describeCircle(circle),
    })),
    omitted: { processes: pids.length - shownPids.size, objects: objects.length - shown.length },
  };
}

function threadsIn(circles: readonly Circle[]): ReadonlySet<InspectedThread> {
  return new Set(circles.flatMap(({ threads }) => threads));
}

/** Deadlocked ones first, then those that wait, then the others. */
function pidsByInterest(threads: readonly InspectedThread[], deadlocked: ReadonlySet<InspectedThread>): number[] {
  const rank = (thread: InspectedThread): number => (deadlocked.has(thread) ? 2 : waitsOf(thread).length > 0 ? 1 : 0);
  return [...new Set(threads.toSorted((a, b) => rank(b) - rank(a)).map(({ pid }) => pid))];
}

/** In an order that stays the same from look to look. */
function mostInteresting(objects: readonly InspectedObject[]): InspectedObject[] {
  const shown = objects.toSorted((a, b) => interestOf(b) - interestOf(a)).slice(0, MAX_OBJECTS);
  const keyOf = ({ kind, name }: InspectedObject): string => `${kind}:${name}`;
  return shown.sort((a, b) => BY_NUMBER.compare(keyOf(a), keyOf(b)));
}

function interestOf({ holders, waiters, workers, items, pids }: InspectedObject): number {
  const ranks = [waiters.length > 0, holders.length > 0, workers !== undefined, (items ?? 0) > 0, pids.length > 1];
  const at = ranks.indexOf(true);
  return at === -1 ? 0 : ranks.length - at;
}

function processFacts(pid: number, threads: readonly InspectedThread[]): ProcessFacts {
  return {
    pid,
    title: bounded(commandLine(pid), MAX_COMMAND_LINE),
    threads: threads.filter((thread) => thread.pid === pid).length,
    isStopped: isStopped(pid),
  };
}

function objectFacts(object: InspectedObject, id: string, rate: Rate | undefined): ObjectFacts {
  const { kind, name, state, items, workers, bytesInUse, pids } = object;
  return {
    id,
    kind: bounded(kind),
    name: bounded(name),
    state: state === undefined ? null : bounded(state),
    items: items ?? null,
    rate: rate ?? null,
    workers: workers ?? null,
    bytesInUse,
    pids: pids.slice(0, MAX_PIDS),
  };
}

function holdsOf(
  { holders, waiters }: InspectedObject,
  object: string,
  deadlocked: ReadonlySet<InspectedThread>,
  shown: ReadonlySet<number>,
): Hold[] {
  // Of what a deadlocked thread holds, only what another one wants is part of the deadlock.
  const isWanted = [...deadlocked].some((one) => waiters.some((waiter) => isSame(waiter, one)));
  return holders
    .filter(({ pid }) => shown.has(pid))
    .map((thread) => ({
      thread: threadName(thread),
      object,
      isDeadlocked: isWanted && deadlocked.has(thread),
    }));
}

function waitFacts(
  thread: InspectedThread,
  ids: ReadonlyMap<InspectedObject, string>,
  deadlocked: ReadonlySet<InspectedThread>,
): Wait[] {
  return waitsOf(thread).map((wait) => {
    const isBlocked = wait === thread.blockedOn;
    return {
      thread: threadName(thread),
      object: (wait.object === undefined ? undefined : ids.get(wait.object)) ?? null,
      isBlocked,
      isDeadlocked: isBlocked && deadlocked.has(thread),
    };
  });
}

function threadName({ pid, threadId }: ThreadName): ThreadName {
  return { pid, threadId };
}

function isSame(one: ThreadName, other: ThreadName): boolean {
  return one.pid === other.pid && one.threadId === other.threadId;
}

/** Not too long, and without what is no text: control characters, marks that turn its direction, halves of a pair. */
function bounded(text: string, limit = MAX_TEXT): string {
  const cut = text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
  return cut.replaceAll(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '\u{fffd}');
}
