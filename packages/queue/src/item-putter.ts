import { MessageSender } from '@multiprocess/serialization';
import {
  awaitSteps,
  blockSteps,
  QueueFullError,
  QueueShutDownError,
  RingDelivery,
  waitSync,
  within,
} from '@multiprocess/shared-memory';
import type { Steps, WaitForm } from '@multiprocess/shared-memory';
import { PutBatch } from './put-batch.js';

/** How a thread puts into a queue: the same for every kind of queue. */
export class ItemPutter extends MessageSender {
  async putMany(items: Iterable<unknown>, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    return this.loopYield.yieldIfDue(await awaitSteps(this.#puttingMany(items, 'await', timeout, signal)));
  }

  putManySync(items: Iterable<unknown>, timeout: number): void {
    blockSteps(this.#puttingMany(items, 'block', timeout));
  }

  shutdown(rest: 'keep' | 'discard'): void {
    waitSync(this.parker, this.ring.writer.shutting(rest), Infinity);
  }

  protected override delivery(): RingDelivery {
    return new RingDelivery(this.ring);
  }

  protected override refusal(outcome: 'shut' | undefined, timeout: number, itemsPut: number): Error {
    if (outcome === 'shut') return new QueueShutDownError('The queue has been shut down: nothing can be put any more');
    return new QueueFullError(`The queue had no room${within(timeout)}`, itemsPut);
  }

  /** Returns how many it has put. */
  *#puttingMany(items: Iterable<unknown>, form: WaitForm, timeout: number, signal?: AbortSignal): Steps<number> {
    const batch = new PutBatch(this.ring, this.codec, items);
    try {
      const outcome = yield* this.waiting.step(() => batch.putting(form), timeout, signal);
      if (outcome !== 'put') throw this.refusal(outcome, timeout, batch.itemsPut);
    } finally {
      batch.settle(this.ring);
    }
    return batch.itemsPut;
  }
}
