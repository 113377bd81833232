import { serializeThrown } from '@multiprocess/process';
import type { AnyFunction } from '@multiprocess/serialization';
import { argumentError, isThenable } from '@multiprocess/shared-memory';
import type { Channel } from '../wire/channel.js';
import { createBlock } from '../wire/item-block.js';
import type { ItemBlock } from '../wire/item-block.js';

/** The outcome of one input of a chunk that was sent with the flag EACH. */
export interface InputOutcome {
  readonly value?: unknown;
  /** The thrown value, serialized on its own, since serializing it may fail. */
  readonly error?: Uint8Array;
}

/** Called with the index of the input that is next. May throw, which ends the chunk. */
type OnInput = (index: number) => void;

/**
 * Notes which input the worker is at, and of a stoppable task when it began. A task that was told to stop ends there, since
 * its worker would be killed otherwise.
 */
export function inputNoter(channel: Channel, stoppableAttempt: number | undefined): OnInput {
  return (index) => {
    if (stoppableAttempt !== undefined) {
      if (channel.isToStop(stoppableAttempt)) throw new DOMException('The task was told to stop', 'AbortError');
      channel.noteTime();
    }
    channel.noteItem(index);
  };
}

/** Calls the function for each input in turn. Awaits only what is a promise. */
export function runChunk(onInput: OnInput, items: ItemBlock, call: (item: unknown) => unknown): unknown {
  const results: unknown[] = [];
  const proceed = (from: number): unknown => {
    for (let i = from; i < items.length; i++) {
      onInput(i);
      const result = call(items[i]);
      if (isThenable(result)) {
        return Promise.resolve(result).then((value) => {
          results.push(value);
          return proceed(i + 1);
        });
      }
      results.push(result);
    }
    return createBlock(results);
  };
  return proceed(0);
}

/** Like {@link runChunk}, but an input that fails does not end the chunk. */
export async function runEach(
  onInput: OnInput,
  items: ItemBlock,
  call: (item: unknown) => unknown,
): Promise<readonly InputOutcome[]> {
  const outcomes: InputOutcome[] = [];
  for (let i = 0; i < items.length; i++) {
    onInput(i);
    try {
      const result = call(items[i]);
      outcomes.push({ value: isThenable(result) ? await result : result });
    } catch (thrown) {
      outcomes.push({ error: serializeThrown(thrown) });
    }
  }
  return outcomes;
}

/** Calls `fn` with the elements of the input as arguments. */
export function spreading(fn: AnyFunction): (item: unknown) => unknown {
  return (item) => {
    if (typeof item !== 'object' || item === null || !(Symbol.iterator in item)) {
      throw argumentError('Each input of starmap()', 'an array of arguments', item);
    }
    return Reflect.apply(fn, undefined, [...(item as Iterable<never>)]) as unknown;
  };
}
