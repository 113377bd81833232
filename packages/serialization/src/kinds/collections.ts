import type { Encoder } from '../encoder.js';
import { Tag } from '../wire.js';
import type { Kind } from './kind.js';

/** Keys and values in turn. */
export const map: Kind<Map<unknown, unknown>> = {
  tag: Tag.MAP,

  encode(to, value, level) {
    let index = 0;
    for (const [key, item] of [...value]) {
      const at = index++;
      to.step(level, () => `.keys()[${at}]`);
      to.value(key);
      to.step(level, () => (typeof key === 'string' ? `.get(${JSON.stringify(key)})` : `.values()[${at}]`));
      to.value(item);
    }
  },

  decode(from) {
    const value = from.register(new Map<unknown, unknown>());
    while (!from.atEnd()) {
      const key = from.value();
      value.set(key, from.value());
    }
    return value;
  },
};

/** The members. */
export const set: Kind<Set<unknown>> = {
  tag: Tag.SET,

  encode(to, value, level) {
    let index = 0;
    for (const item of [...value]) {
      const at = index++;
      to.step(level, () => `.values()[${at}]`);
      to.value(item);
    }
  },

  decode(from) {
    const value = from.register(new Set<unknown>());
    while (!from.atEnd()) value.add(from.value());
    return value;
  },
};

/** The own enumerable properties, in turn with their names. */
export function encodeProperties(to: Encoder, object: object, level: number): void {
  for (const key of Object.keys(object)) {
    if (!Object.hasOwn(object, key)) continue;
    to.step(level, key);
    to.value(key);
    to.value((object as Record<string, unknown>)[key]);
  }
}
