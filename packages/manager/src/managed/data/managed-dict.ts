import { isDeepStrictEqual } from 'node:util';
import { encode } from '@multiprocess/serialization';
import { amountOf, argumentError, functionOf, listOf } from '@multiprocess/shared-memory';
import type { DictMethods } from '@multiprocess/shared-memory';
import { Managed } from '../managed.js';
import { Container } from '../container.js';
import { letGo } from '../let-go.js';

/** Marks keys that are objects, which are told apart by their content. */
const OBJECT_KEY = '\0object ';

/** A map whose keys may be objects: they are found by their content. */
export class ManagedDict extends Container implements DictMethods<unknown, unknown> {
  readonly proxy = 'DictProxy';
  readonly #items = new Map<unknown, [key: unknown, value: unknown]>();

  constructor(initial: unknown = {}) {
    super();
    this.update(initial);
  }

  size(): number {
    return this.#items.size;
  }

  get(key: unknown): unknown {
    return this.#items.get(identityOf(key))?.[1];
  }

  set(key: unknown, value: unknown): void {
    const identity = identityOf(key);
    const before = this.#items.get(identity);
    this.#items.set(identity, [key, value]);
    letGo(before, [key, value]);
  }

  has(key: unknown): boolean {
    return this.#items.has(identityOf(key));
  }

  delete(key: unknown): boolean {
    const dropped = this.#take(key);
    letGo(dropped);
    return dropped !== undefined;
  }

  clear(): void {
    const dropped = this.entries();
    this.#items.clear();
    letGo(dropped);
  }

  keys(): unknown[] {
    return this.entries().map(([key]) => key);
  }

  values(): unknown[] {
    return this.entries().map(([, value]) => value);
  }

  entries(): [unknown, unknown][] {
    return [...this.#items.values()];
  }

  update(...args: unknown[]): unknown {
    const [first, change, ...rest] = args;
    if (args.length > 1) {
      const value = functionOf('change', change)(this.get(first), ...rest);
      this.set(first, value);
      return value;
    }
    for (const [key, value] of entriesOf(first)) this.set(key, value);
    return undefined;
  }

  setDefault(key: unknown, value: unknown): unknown {
    if (this.has(key)) letGo(value);
    else this.set(key, value);
    return this.get(key);
  }

  pop(key: unknown, otherwise?: unknown): unknown {
    const taken = this.#take(key);
    return taken === undefined ? otherwise : taken[1];
  }

  popItem(): [unknown, unknown] | undefined {
    const last = this.entries().at(-1);
    return last === undefined ? undefined : this.#take(last[0]);
  }

  increment(key: unknown, amount: number | bigint = 1): number | bigint {
    const sum = amountOf(this.get(key) ?? (typeof amount === 'bigint' ? 0n : 0), amount);
    this.set(key, sum);
    return sum;
  }

  compareAndSet(key: unknown, expected: unknown, value: unknown): boolean {
    if (!isDeepStrictEqual(this.get(key), expected)) {
      letGo(value);
      return false;
    }
    this.set(key, value);
    return true;
  }

  snapshot(): Map<unknown, unknown> {
    return new Map(this.#items.values());
  }

  toObject(): Record<string, unknown> {
    return Object.fromEntries(this.entries().map(([key, value]) => [String(key), value]));
  }

  /** Removes an item without closing what is in it. */
  #take(key: unknown): [key: unknown, value: unknown] | undefined {
    const identity = identityOf(key);
    const item = this.#items.get(identity);
    this.#items.delete(identity);
    return item;
  }
}

/** What the map tells keys apart by. */
function identityOf(key: unknown): unknown {
  if (typeof key === 'string') return key.startsWith('\0') ? `\0${key}` : key;
  if (typeof key !== 'object' || key === null || key instanceof Managed) return key;
  return OBJECT_KEY + Buffer.from(encode(key)).toString('latin1');
}

function entriesOf(content: unknown): Iterable<readonly [unknown, unknown]> {
  if (content instanceof ManagedDict) return content.entries();
  if (typeof content !== 'object' || content === null) {
    throw argumentError('content', 'an object, a Map or pairs of key and value', content);
  }
  if (!(Symbol.iterator in content)) return Object.entries(content);
  return listOf('content', content).map((pair) => {
    if (Array.isArray(pair) && pair.length === 2) return pair as unknown as readonly [unknown, unknown];
    throw argumentError('each of content', 'a pair of key and value', pair);
  });
}
