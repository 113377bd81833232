import { MessageSender } from '@multiprocess/serialization';
import { QueueFullError, QueueShutDownError, RingDelivery, waitSync } from '@multiprocess/shared-memory';
import { PutBatch } from './put-batch.js';

/** How a thread puts into a queue: the same for every kind of queue. */
export class ItemPutter extends MessageSender {
  async putMany(items: Iterable<unknown>, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    const batch = new PutBatch(this.ring.writer, this.codec, items);
    try {
      const outcome = await this.waiting.wait(() => batch.putting(), timeout, signal);
      if (outcome !== 'put') throw this.refusal(outcome, timeout, batch.itemsPut);
    } finally {
      batch.settle(this.ring);
    }
    return this.loopYield.yieldIfDue(batch.itemsPut);
  }

  putManySync(items: Iterable<unknown>, timeout: number): void {
    const batch = new PutBatch(this.ring.writer, this.codec, items);
    try {
      const outcome = waitSync(this.parker, batch.putting(), timeout);
      if (outcome !== 'put') throw this.refusal(outcome, timeout, batch.itemsPut);
    } finally {
      batch.settle(this.ring);
    }
  }

  shutdown(rest: 'keep' | 'discard'): void {
    waitSync(this.parker, this.ring.writer.shutting(rest), Infinity);
  }

  protected override delivery(): RingDelivery {
    return new RingDelivery(this.ring);
  }

  protected override refusal(outcome: 'shut' | undefined, timeout: number, itemsPut: number): Error {
    if (outcome === 'shut') return new QueueShutDownError('The queue has been shut down: nothing can be put any more');
    return new QueueFullError(`The queue had no room within ${timeout} ms`, itemsPut);
  }
}
