import nodeProcess from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { SIG_DFL, SIG_IGN } from './actions.js';
import type { Action, Handler } from './actions.js';
import { checkHasSignals, disposition, raiseNow, setDisposition } from './platform.js';
import { checkCatchable, numberOf } from './signal-names.js';

/** Takes a signal that has arrived. */
type Taker = (name: NodeJS.Signals) => void;

/** What this package does with one signal. */
interface Entry {
  /** The action that `signal()` has set; undefined before that. */
  action: Action | undefined;
  /** Callers of `sigwait()`, in the order of their calls: each takes one signal, before a handler gets it. */
  readonly takers: Set<Taker>;
  /** Iterators and pauses, which see every signal, whatever else happens to it. */
  readonly watchers: Set<Taker>;
  held: boolean;
  pending: boolean;
  /** The one listener that this package has with Node, while it needs one. */
  listener: NodeJS.SignalsListener | undefined;
}

// One per process: signals belong to the process, and only its main thread gets them.
const entries = new Map<NodeJS.Signals, Entry>();

function entryOf(name: NodeJS.Signals): Entry {
  let entry = entries.get(name);
  if (entry === undefined) {
    entry = {
      action: undefined,
      takers: new Set(),
      watchers: new Set(),
      held: false,
      pending: false,
      listener: undefined,
    };
    entries.set(name, entry);
  }
  return entry;
}

/**
 * @throws {@link TypeError} in a worker thread, where no signal ever arrives.
 * @throws {@link UnsupportedPlatformError} on Windows.
 */
export function checkMainThread(): void {
  checkHasSignals();
  if (!isMainThread)
    throw new TypeError('Signals belong to the main thread: call this there, and send the worker a message');
}

export function actionOf(name: NodeJS.Signals): Action | null {
  const { action, listener } = entries.get(name) ?? {};
  if (typeof action === 'function') return action;
  const inForce = disposition(numberOf(name));
  if (inForce === 'ignored') return SIG_IGN;
  if (inForce === 'default') return SIG_DFL;
  if (nodeProcess.listenerCount(name) > (listener === undefined ? 0 : 1)) return null;
  // Node's own handler of these two takes the default action after it has restored the terminal.
  return listener !== undefined || name === 'SIGINT' || name === 'SIGTERM' ? SIG_DFL : null;
}

export function setAction(name: NodeJS.Signals, action: Action): void {
  checkCatchable(name);
  const entry = entryOf(name);
  const was = entry.action;
  entry.action = action;
  listenAsNeeded(name, entry);
  if (action === SIG_IGN) setDisposition(numberOf(name), 'ignored');
  else if (action === SIG_DFL && !needsListener(entry)) setDisposition(numberOf(name), 'default');
  else if (was === SIG_IGN || was === SIG_DFL) reinstall(name);
}

/** Gives the next signal of that name to `taker`, until the returned function is called. */
export function take(name: NodeJS.Signals, taker: Taker): () => void {
  return join(name, entryOf(name).takers, taker);
}

/** Shows every signal of that name to `watcher`, until the returned function is called. */
export function watch(name: NodeJS.Signals, watcher: Taker): () => void {
  return join(name, entryOf(name).watchers, watcher);
}

/** Signals that have arrived while they were held; at most one of each name, as in the kernel. */
export function pendingNames(): NodeJS.Signals[] {
  return [...entries].filter(([, { pending }]) => pending).map(([name]) => name);
}

/** Takes a signal that has arrived while it was held. False if there is none. */
export function takePending(name: NodeJS.Signals): boolean {
  const entry = entryOf(name);
  const was = entry.pending;
  entry.pending = false;
  return was;
}

export function hold(name: NodeJS.Signals): void {
  checkCatchable(name);
  const entry = entryOf(name);
  entry.held = true;
  listenAsNeeded(name, entry);
}

export function release(name: NodeJS.Signals): void {
  const entry = entryOf(name);
  entry.held = false;
  listenAsNeeded(name, entry);
  if (!takePending(name)) return;
  if (entry.listener !== undefined) arrive(name, entry);
  else raiseNow(numberOf(name));
}

function join(name: NodeJS.Signals, group: Set<Taker>, one: Taker): () => void {
  checkCatchable(name);
  const entry = entryOf(name);
  group.add(one);
  listenAsNeeded(name, entry);
  return () => {
    if (group.delete(one)) listenAsNeeded(name, entry);
  };
}

function needsListener({ action, takers, watchers, held }: Entry): boolean {
  return typeof action === 'function' || takers.size > 0 || watchers.size > 0 || held;
}

/** Node installs its handler with the first listener of a signal, and the default action when the last one is removed. */
function listenAsNeeded(name: NodeJS.Signals, entry: Entry): void {
  const needed = needsListener(entry);
  if (needed === (entry.listener !== undefined)) return;
  if (needed) {
    entry.listener = () => {
      arrive(name, entry);
    };
    nodeProcess.on(name, entry.listener);
    if (nodeProcess.listenerCount(name) > 1) reinstall(name);
    return;
  }
  if (entry.listener !== undefined) nodeProcess.off(name, entry.listener);
  entry.listener = undefined;
  if (entry.action === SIG_IGN) setDisposition(numberOf(name), 'ignored');
}

/** Makes Node install its handler again: after a change of the kernel's action, existing listeners would not be called. */
function reinstall(name: NodeJS.Signals): void {
  const listeners = nodeProcess.rawListeners(name) as NodeJS.SignalsListener[];
  for (const listener of listeners) nodeProcess.off(name, listener);
  for (const listener of listeners) nodeProcess.on(name, listener);
}

function arrive(name: NodeJS.Signals, entry: Entry): void {
  for (const watcher of [...entry.watchers]) watcher(name);
  const [taker] = entry.takers;
  if (taker !== undefined) taker(name);
  else if (entry.held) entry.pending = true;
  else if (typeof entry.action === 'function') (entry.action satisfies Handler)(name, numberOf(name));
}
