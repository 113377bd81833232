import { isMainThread } from 'node:worker_threads';
import { Doorbell } from './doorbell.js';
import { FutexParker } from './futex-parker.js';
import type { GroupParker } from '../wait/parker.js';
import { Registry } from './registry.js';
import { onceAThread } from '../platform/platform.js';
import { atExit } from '../runtime/at-exit.js';
import { claimSlot } from './slot-claim.js';
import { sweepIfPossible } from './sweep.js';
import type { OwnerDescription, Thread } from '../wait/thread.js';

/** The calling thread, with its slot in the registry. */
export class RegisteredThread implements Thread {
  readonly self: number;
  readonly registry: Registry;
  readonly parker: GroupParker;

  constructor(registry: Registry) {
    this.registry = registry;
    this.self = claimSlot(registry);
    this.parker = new FutexParker(registry, this.self, new Doorbell(registry, this.self));
  }

  isDead(owner: number): boolean {
    return this.registry.isDead(owner);
  }

  describe(owner: number): OwnerDescription | undefined {
    return this.registry.describe(owner);
  }
}

// A thread has one life word, and so one registration, however many objects and realms use it.
let registered: RegisteredThread | undefined;

/**
 * The calling thread, registered at the first call.
 *
 * @throws {@link UnsupportedPlatformError} where processes cannot share memory.
 */
export function thisThread(): RegisteredThread {
  return (registered ??= onceAThread('@multiprocess/this thread 1', register, isRegistered));
}

/** Another realm's is no instance of the class here. */
function isRegistered(found: object): boolean {
  return 'self' in found && 'registry' in found && 'parker' in found;
}

function register(): RegisteredThread {
  const thread = new RegisteredThread(Registry.open());
  // If this is the last program that uses the directory, files of killed programs would keep it from being removed.
  if (isMainThread) {
    atExit(() => {
      sweepIfPossible(thread.registry);
    });
  }
  return thread;
}
