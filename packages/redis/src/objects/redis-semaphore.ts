import { checkInteger, NotOwnedError } from '@multiprocess/shared-memory';
import type { StoreSemaphore, WaitOptions } from '@multiprocess/shared-memory';
import { field } from '../scripts/objects.js';
import { acquirePermit, giveUpPermit, releasePermits } from '../scripts/semaphore.js';
import { lostError } from '../store/hold.js';
import type { Hold } from '../store/hold.js';
import { AcquirableObject } from './acquirable-object.js';
import { registerObject } from './attach-object.js';
import type { GiveUp } from './redis-object.js';

const GIVE_UP: GiveUp = { script: giveUpPermit, args: (call) => [String(call.number)] };
const MAX_PERMITS = 2 ** 31 - 1;

/** Permits on Redis; made by {@link RedisStore.semaphore}. Fair. They have no owners: permits of programs that end are lost. */
export class RedisSemaphore extends AcquirableObject implements StoreSemaphore {
  protected readonly kind: string = 'Semaphore';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach(handle: string): RedisSemaphore {
    return attachSemaphore(handle);
  }

  async acquire(options?: WaitOptions): Promise<boolean> {
    return (await this.requestWait(acquirePermit, [], options, GIVE_UP))?.how === '+';
  }

  /** @throws {@link RangeError} if there would be more than 2³¹ − 1. None was given back. */
  async release(count = 1): Promise<void> {
    const reply = await this.request(releasePermits, [String(checkInteger('count', count, { min: 1 }))]);
    if (reply.how !== '+') throw this.tooMany(count);
  }

  /** How many permits are free. */
  async value(): Promise<number> {
    return Number((await this.request(field, ['n'])).body.toString());
  }

  /** @internal */
  protected tooMany(count: number): Error {
    return new RangeError(`Releasing ${count} would make more than ${MAX_PERMITS} permits`);
  }

  /** @internal */
  protected get held(): Hold {
    return this.core.granted(`${this.core.session.id} `);
  }

  /** @internal */
  protected async giveBack(hold: Hold): Promise<void> {
    this.core.returned(hold);
    await this.release();
  }
}

/** Permits on Redis, never more than at first; made by {@link RedisStore.boundedSemaphore}. Those of programs that end come back. */
export class RedisBoundedSemaphore extends RedisSemaphore {
  protected override readonly kind: string = 'BoundedSemaphore';

  /** @throws {@link HandleError} if it stands for something else. */
  static override attach(handle: string): RedisBoundedSemaphore {
    return attachBounded(handle);
  }

  protected override tooMany(count: number): Error {
    return new NotOwnedError(
      `release() without a matching acquire(): fewer than ${count} of the permits of this semaphore are taken`,
    );
  }

  /** @internal */
  protected override async giveBack(hold: Hold): Promise<void> {
    this.core.returned(hold);
    if (hold.isLost) throw lostError(); // it has come back already
    await this.release();
  }
}

const attachSemaphore = registerObject('Semaphore', RedisSemaphore);
const attachBounded = registerObject('BoundedSemaphore', RedisBoundedSemaphore);
