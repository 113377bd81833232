import { serializeThrown } from '@multiprocess/process';
import type { AnyFunction } from '@multiprocess/serialization';
import type { Channel } from '../wire/channel.js';
import { blockOf } from '../wire/item-block.js';
import type { ItemBlock } from '../wire/item-block.js';

/** How an input of a chunk ended whose items have an outcome each. */
export interface Outcome {
  readonly value?: unknown;
  /** What was thrown, serialized: it need not be something that can be carried. */
  readonly error?: Uint8Array;
}

/** Calls the function for each input in turn, without a turn of the event loop where it does not ask for one. */
export function runChunk(channel: Channel, items: ItemBlock, call: (item: unknown) => unknown): unknown {
  const results: unknown[] = [];
  const proceed = (from: number): unknown => {
    for (let i = from; i < items.length; i++) {
      channel.noteItem(i);
      const result = call(items[i]);
      if (isThenable(result)) {
        return Promise.resolve(result).then((value) => {
          results.push(value);
          return proceed(i + 1);
        });
      }
      results.push(result);
    }
    return blockOf(results);
  };
  return proceed(0);
}

/** Like {@link runChunk}, but what fails is an outcome like others. */
export async function runEach(
  channel: Channel,
  items: ItemBlock,
  call: (item: unknown) => unknown,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < items.length; i++) {
    channel.noteItem(i);
    try {
      const result = call(items[i]);
      outcomes.push({ value: isThenable(result) ? await result : result });
    } catch (thrown) {
      outcomes.push({ error: serializeThrown(thrown) });
    }
  }
  return outcomes;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Calls with one argument, or with as many as the input has. */
export function callerOf(fn: AnyFunction, spread: boolean): (item: unknown) => unknown {
  if (!spread) return fn as (item: unknown) => unknown;
  return (item) => {
    if (typeof item !== 'object' || item === null || !(Symbol.iterator in item)) {
      throw new TypeError(`starmap() calls with the elements of each input, received ${String(item)}`);
    }
    return Reflect.apply(fn, undefined, [...(item as Iterable<never>)]) as unknown;
  };
}
