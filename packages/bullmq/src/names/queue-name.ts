import { argumentError } from '@multiprocess/shared-memory';

/** @throws {@link TypeError} if BullMQ would not take it. */
export function checkQueueName(queue: unknown, example: string): string {
  if (typeof queue === 'string' && queue !== '' && !queue.includes(':')) return queue;
  throw argumentError('queue', `the name of a queue, without a colon, as in ${example}`, queue);
}
