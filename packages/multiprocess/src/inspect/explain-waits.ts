import type { InspectedThread, InspectedWait } from '@multiprocess/shared-memory';
import { commandLine, isStopped } from './command-line.js';

/** Threads that wait for each other in a circle. */
export interface Circle {
  readonly threads: readonly InspectedThread[];
  /**
   * Whether none of them can ever go on: each is blocked on an object that only the next one holds. If one of them awaits, its
   * own program may still release an object; if several threads hold an object, one outside of the circle may release it.
   */
  readonly isDeadlock: boolean;
}

/** All waits of a thread. */
export function waitsOf({ blockedOn, awaits }: InspectedThread): readonly InspectedWait[] {
  return blockedOn === undefined ? awaits : [blockedOn, ...awaits];
}

/** The threads that a wait depends on, each once: the holder it waits for, and other holders of the object. */
function holdersOf({ object, holder }: InspectedWait, waiter: InspectedThread): readonly InspectedThread[] {
  const others = (object?.holders ?? []).filter((one) => one !== waiter);
  return [...new Set(holder === undefined ? others : [holder, ...others])];
}

/** Finds every circle of waiting threads that these threads depend on, each once. */
export function findCircles(from: readonly InspectedThread[]): Circle[] {
  const circles = new Map<string, Circle>();
  const done = new Set<InspectedThread>();
  const visit = (thread: InspectedThread, path: readonly InspectedThread[]): void => {
    const at = path.indexOf(thread);
    if (at !== -1) {
      const threads = path.slice(at);
      // Not a circle: a caller in this thread awaits what another caller in it holds, and that one goes on.
      if (threads.length === 1) return;
      const key = threads.map(nameThread).sort().join();
      const next = (i: number): InspectedThread => threads[(i + 1) % threads.length]!;
      const isDeadlock = threads.every((one, i) => {
        const holders = one.blockedOn === undefined ? [] : holdersOf(one.blockedOn, one);
        return holders.length === 1 && holders[0] === next(i);
      });
      circles.set(key, { threads, isDeadlock });
      return;
    }
    if (done.has(thread)) return;
    for (const wait of waitsOf(thread)) for (const holder of holdersOf(wait, thread)) visit(holder, [...path, thread]);
    done.add(thread);
  };
  for (const thread of from) visit(thread, []);
  return [...circles.values()];
}

/** `1234`, or `1234/2` for a worker thread. */
function nameThread({ pid, threadId }: InspectedThread): string {
  return threadId === 0 ? String(pid) : `${pid}/${threadId}`;
}

/** A sentence that names the threads of a circle, and says what can end it. */
export function describeCircle({ threads, isDeadlock }: Circle): string {
  const names = [...threads, threads[0]!].map(nameThread).join(' -> ');
  return isDeadlock
    ? `DEADLOCK: ${names}. Each is blocked on what the next one holds; killing one lets the others go on.`
    : `Circle: ${names}. Each waits for what the next one holds; only code that still runs, in one that awaits or in another holder, can end this.`;
}

/** Describes what these threads wait for and, indented below, what the holders of it wait for. */
export function describeWaits(threads: readonly InspectedThread[]): string {
  const told = new Set<InspectedThread>();
  const lines: string[] = [];
  const tell = (thread: InspectedThread, indent: string): void => {
    told.add(thread);
    if (isStopped(thread.pid)) lines.push(`${indent}is stopped: "kill -CONT ${thread.pid}" lets it go on`);
    if (waitsOf(thread).length === 0) lines.push(`${indent}waits for nothing of this toolkit`);
    for (const wait of waitsOf(thread)) {
      const how = wait === thread.blockedOn ? 'is blocked on' : 'awaits';
      lines.push(`${indent}${how} ${describeObject(wait)}, ${describeHolders(wait, thread)}`);
      const holders = holdersOf(wait, thread);
      for (const holder of holders) {
        if (told.has(holder)) continue;
        tell(holder, `${indent}  ${holders.length === 1 ? 'which' : nameThread(holder)} `);
      }
    }
  };
  for (const thread of threads) {
    lines.push(describeThread(thread));
    tell(thread, '  ');
  }
  return lines.join('\n');
}

function describeThread(thread: InspectedThread): string {
  const { pid, threadId } = thread;
  return `${pid}${threadId === 0 ? '' : `, worker thread ${threadId},`} ${commandLine(pid)}`.trimEnd();
}

function describeObject({ object }: InspectedWait): string {
  if (object === undefined) return 'an object that has lost its name';
  const state = object.state === undefined ? '' : ` (${object.state})`;
  return `${object.kind} ${JSON.stringify(object.name)}${state}`;
}

function describeHolders(wait: InspectedWait, waiter: InspectedThread): string {
  const holders = holdersOf(wait, waiter);
  if (holders.length === 0) return 'which no thread holds: until another thread changes it';
  const names = holders.map((one) => (one === waiter ? 'another caller in this same thread' : describeThread(one)));
  return `held by ${names.join(' and ')}`;
}
