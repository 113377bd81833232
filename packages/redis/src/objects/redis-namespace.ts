import { checkString, freeze } from '@multiprocess/shared-memory';
import type { StoreNamespace } from '@multiprocess/shared-memory';
import { dictEntries, dictGet, dictPop, dictSet } from '../scripts/dict.js';
import { firstItem, unpackItems } from '../scripts/packed.js';
import { registerObject } from './attach-object.js';
import { RedisObject } from './redis-object.js';

/** Names with values on Redis; made by {@link RedisStore.namespace}. What is read is a frozen copy. */
export class RedisNamespace extends RedisObject implements StoreNamespace {
  protected readonly kind: string = 'Namespace';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach(handle: string): RedisNamespace {
    return attachNamespace(handle);
  }

  async get(name: string): Promise<unknown> {
    const found = firstItem((await this.request(dictGet, [this.#nameOf(name)])).body);
    return found === undefined ? undefined : freeze(this.core.codec.decode(found));
  }

  async set(name: string, value: unknown): Promise<void> {
    await this.request(dictSet, [this.#nameOf(name), this.core.codec.encode(value)]);
  }

  async delete(name: string): Promise<boolean> {
    return (await this.request(dictPop, [this.#nameOf(name)])).body.length > 0;
  }

  async has(name: string): Promise<boolean> {
    return (await this.request(dictGet, [this.#nameOf(name)])).body.length > 0;
  }

  async names(): Promise<string[]> {
    return (await this.#all()).map(([name]) => name);
  }

  /** A copy of all of it. */
  async snapshot(): Promise<Record<string, unknown>> {
    return Object.fromEntries(await this.#all());
  }

  #nameOf(name: string): Buffer {
    return this.core.codec.encode(checkString('name', name));
  }

  async #all(): Promise<[string, unknown][]> {
    const items = unpackItems((await this.request(dictEntries, [])).body).map((item) => this.core.codec.decode(item!));
    return Array.from({ length: items.length / 2 }, (_, i) => [String(items[2 * i]), items[2 * i + 1]]);
  }
}

const attachNamespace = registerObject('Namespace', RedisNamespace);
