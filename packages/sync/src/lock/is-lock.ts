import { isSharedObject, parseHandle } from '@multiprocess/shared-memory';
import { Lock } from './lock.js';
import { RLock } from './rlock.js';

/** The methods that a condition calls. */
const ASKED = ['acquire', 'acquireSync', 'release', 'checkHeld', 'suspend'] as const;

/** Whether it is a lock of this package, or of another copy of it in this thread, which has another class. */
export function isLock(value: unknown): value is Lock | RLock {
  if (value instanceof Lock || value instanceof RLock) return true;
  if (!isSharedObject(value)) return false;
  const methods = value as unknown as Partial<Record<(typeof ASKED)[number], unknown>>;
  if (!ASKED.every((name) => typeof methods[name] === 'function')) return false;
  const { kind } = parseHandle(value.handle);
  return kind === 'sync.Lock' || kind === 'sync.RLock';
}
