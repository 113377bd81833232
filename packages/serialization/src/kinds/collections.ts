import { Tag } from '../wire/wire.js';
import type { Kind } from './kind.js';

/** Keys and values in turn. */
export const map: Kind<Map<unknown, unknown>> = {
  tag: Tag.MAP,

  encode(to, value, level) {
    let index = -1;
    let key: unknown;
    const toKey = (): string => `.keys()[${index}]`;
    const toValue = (): string => (typeof key === 'string' ? `.get(${JSON.stringify(key)})` : `.values()[${index}]`);
    for (const entry of [...value]) {
      key = entry[0];
      index++;
      to.step(level, toKey);
      to.value(key);
      to.step(level, toValue);
      to.value(entry[1]);
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
    let index = -1;
    const toItem = (): string => `.values()[${index}]`;
    for (const item of [...value]) {
      index++;
      to.step(level, toItem);
      to.value(item);
    }
  },

  decode(from) {
    const value = from.register(new Set<unknown>());
    while (!from.atEnd()) value.add(from.value());
    return value;
  },
};
