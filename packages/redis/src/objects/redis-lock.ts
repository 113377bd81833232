import { NotOwnedError } from '@multiprocess/shared-memory';
import type { StoreLock, WaitOptions } from '@multiprocess/shared-memory';
import { acquireLock, giveUpLock, releaseAnyLock, releaseLock } from '../scripts/lock.js';
import { field } from '../scripts/objects.js';
import { lostError } from '../store/hold.js';
import type { Hold } from '../store/hold.js';
import { AcquirableObject } from './acquirable-object.js';
import { registerObject } from './attach-object.js';
import type { GiveUp } from './redis-object.js';

const GIVE_UP: GiveUp = { script: giveUpLock, args: (call) => [String(call.number)] };

/**
 * A lock on Redis; made by {@link RedisStore.lock}. Excludes programs on any number of machines from each other.
 *
 * Fair, not reentrant; any program may release it. A program that ends does not keep it: the next one has it within 200 ms of a kill, and
 * when the lease is over if its machine, or the way to it, is gone.
 */
export class RedisLock extends AcquirableObject implements StoreLock {
  protected readonly kind: string = 'Lock';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach(handle: string): RedisLock {
    return attachLock(handle);
  }

  async acquire(options?: WaitOptions): Promise<boolean> {
    return this.take(options);
  }

  async release(): Promise<void> {
    const { hold } = this.state;
    // A hold that another program has given back: then this one may give back another's.
    if (hold === undefined || (await this.#return(hold)) === 'another') checkFreed(await this.#free(''));
  }

  /** Whether it is held. */
  async locked(): Promise<boolean> {
    return (await this.request(field, ['h'])).body.length > 0;
  }

  /** Whether the holder, or the last one, got it from a program that ended while it held it: what it protects may be half-changed. */
  async ownerDied(): Promise<boolean> {
    return (await this.request(field, ['d'])).body.toString() === '1';
  }

  /** @internal */
  protected async take(options: WaitOptions | undefined): Promise<boolean> {
    const reply = await this.requestWait(acquireLock, [], options, GIVE_UP);
    if (reply?.how !== '+') return false;
    const hold = this.core.granted(reply.caller, BigInt(reply.body.toString('latin1')));
    if (this.state.hold !== undefined) this.core.returned(this.state.hold); // which another program has given back
    this.state.hold = hold;
    return true;
  }

  /** @internal */
  protected get held(): Hold {
    return this.state.hold!;
  }

  /** @internal */
  protected async giveBack(hold: Hold): Promise<void> {
    if ((await this.#return(hold)) === 'another') throw lostError();
  }

  async #return(hold: Hold): Promise<string> {
    this.checkOpen();
    if (this.state.hold === hold) this.state.hold = undefined;
    const found = hold.isLost ? '' : await this.#free(hold.holder);
    this.core.returned(hold);
    if (hold.isLost) throw lostError(); // before, or meanwhile
    if (found !== 'another') checkFreed(found);
    return found;
  }

  /** @returns `free` if no program has it, `another` if another hold has it, or nothing */
  async #free(holder: string): Promise<string> {
    const { how, body } = await (holder === ''
      ? this.request(releaseAnyLock, [])
      : this.request(releaseLock, [holder]));
    return how === '+' ? '' : body.toString();
  }
}

/** @throws {@link NotOwnedError} if it was free. */
function checkFreed(found: string): void {
  if (found === 'free') throw new NotOwnedError('This lock is not held: release() without a matching acquire()');
}

const attachLock = registerObject('Lock', RedisLock);
