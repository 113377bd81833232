import { NotOwnedError } from '@multiprocess/shared-memory';
import type { StoreLock, WaitOptions } from '@multiprocess/shared-memory';
import { acquireLock, giveUpLock, releaseLock } from '../scripts/lock.js';
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
  protected get kind(): string {
    return 'Lock';
  }

  /** @throws {HandleError} If it stands for something else. */
  static attach(handle: string): RedisLock {
    return attachLock(handle);
  }

  async release(): Promise<void> {
    const { hold } = this.state;
    if (hold === undefined) await this.#free('');
    else await this.giveBack(hold);
  }

  /** Whether it is held. */
  async locked(): Promise<boolean> {
    return (await this.request(field, ['h'])).body.length > 0;
  }

  /** Whether the holder, or the last one, got it from a program that ended while it held it: what it protects may be half-changed. */
  async ownerDied(): Promise<boolean> {
    return (await this.request(field, ['d'])).body.toString() === '1';
  }

  protected async take(options: WaitOptions | undefined): Promise<Hold | undefined> {
    const reply = await this.requestWait(acquireLock, [], options, GIVE_UP);
    if (reply?.how !== '+') return undefined;
    const hold = this.core.granted(reply.caller, BigInt(reply.body.toString('latin1')));
    if (this.state.hold !== undefined) this.core.returned(this.state.hold); // which another program has given back
    this.state.hold = hold;
    return hold;
  }

  protected async giveBack(hold: Hold): Promise<void> {
    if (this.state.hold === hold) this.state.hold = undefined;
    this.core.returned(hold);
    if (hold.isLost) throw lostError();
    await this.#free(hold.holder);
  }

  async #free(holder: string): Promise<void> {
    const reply = await this.request(releaseLock, [holder]);
    if (reply.how === '+') return;
    if (reply.body.toString() === 'another') throw lostError();
    throw new NotOwnedError('This lock is not held: release() without a matching acquire()');
  }
}

const attachLock = registerObject('Lock', RedisLock);
