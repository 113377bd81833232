import { isSharedObject, parseHandle } from '@multiprocess/shared-memory';
import { Lock } from './lock.js';
import { RLock } from './rlock.js';

/** The classes of locks, by the kind in their handles. */
const CLASSES = new Map<string, typeof Lock | typeof RLock>([
  ['sync.Lock', Lock],
  ['sync.RLock', RLock],
]);

/** The class of locks of that kind; undefined if it is not a kind of lock. */
export function lockClass(kind: string): typeof Lock | typeof RLock | undefined {
  return CLASSES.get(kind);
}

/** The methods that a condition calls. */
const ASKED = ['acquire', 'acquireSync', 'release', 'checkHeld', 'suspend'] as const;

/** Whether it is a lock of this package, or of another copy of it in this thread, which has another class. */
export function isLock(value: unknown): value is Lock | RLock {
  if (value instanceof Lock || value instanceof RLock) return true;
  if (!isSharedObject(value)) return false;
  const methods = value as unknown as Partial<Record<(typeof ASKED)[number], unknown>>;
  if (!ASKED.every((name) => typeof methods[name] === 'function')) return false;
  return CLASSES.has(parseHandle(value.handle).kind);
}
