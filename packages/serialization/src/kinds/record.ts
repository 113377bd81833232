import { defineOwn } from '../values/define-own.js';
import { Tag } from '../wire/wire.js';
import type { Kind } from './kind.js';

/** The properties of a plain object, in turn with their names. {@link Encoder.record} makes it. */
export const record: Pick<Kind<object>, 'tag' | 'decode'> = {
  tag: Tag.RECORD,
  decode(from) {
    const value = from.register({});
    while (!from.atEnd()) {
      const key = from.string();
      defineOwn(value, key, from.value());
    }
    return value;
  },
};
