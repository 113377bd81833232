import type { StoreEvent, WaitOptions } from '@multiprocess/shared-memory';
import { clearEvent, giveUpWait, setEvent, waitForEvent } from '../scripts/event.js';
import { field } from '../scripts/objects.js';
import { registerObject } from './attach-object.js';
import { RedisObject } from './redis-object.js';
import type { GiveUp } from './redis-object.js';

const GIVE_UP: GiveUp = { script: giveUpWait, args: (call) => [String(call.number)] };

/** A flag on Redis; made by {@link RedisStore.event}. */
export class RedisEvent extends RedisObject implements StoreEvent {
  protected readonly kind: string = 'Event';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach(handle: string): RedisEvent {
    return attachEvent(handle);
  }

  async isSet(): Promise<boolean> {
    return (await this.request(field, ['s'])).body.toString() === '1';
  }

  /** Sets it, and wakes all that wait. */
  async set(): Promise<void> {
    await this.request(setEvent, []);
  }

  async clear(): Promise<void> {
    await this.request(clearEvent, []);
  }

  /** Waits until it is set. @returns false after a timeout */
  async wait(options?: WaitOptions): Promise<boolean> {
    const reply = await this.requestWait(waitForEvent, [], options, GIVE_UP);
    return reply?.how === '+';
  }
}

const attachEvent = registerObject('Event', RedisEvent);
