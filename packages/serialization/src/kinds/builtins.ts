import { Tag } from '../wire/wire.js';
import type { FieldReader, Kind } from './kind.js';

/** Milliseconds since 1970; NaN for an invalid date. */
export const date: Kind<Date> = {
  tag: Tag.DATE,
  encode: (to, value) => to.value(Date.prototype.getTime.call(value)),
  decode: (from) => from.register(new Date(from.number())),
};

/** Source and flags. `lastIndex` starts at 0 again, as with structured clone. */
export const regexp: Kind<RegExp> = {
  tag: Tag.REGEXP,
  encode(to, value) {
    to.value(value.source);
    to.value(value.flags);
  },
  decode(from) {
    const source = from.string();
    const flags = from.string();
    return from.register(valid(from, 'regular expression', () => new RegExp(source, flags)));
  },
};

/** Even one of Symbol.for() is another one in another process. */
export const SYMBOL_REFUSED = 'a symbol, which exists in its own process only: send a string';

/** `new Number(1)` and the like: the value inside. */
export const boxed: Kind<object> = {
  tag: Tag.BOXED,
  encode(to, value) {
    const inner: unknown = value.valueOf();
    if (typeof inner === 'symbol') to.fail(SYMBOL_REFUSED);
    if (typeof inner === 'object') to.fail(`a boxed primitive whose valueOf() gives an object`);
    to.value(inner);
  },
  decode(from) {
    const inner = from.value();
    if (inner === null || inner === undefined || typeof inner === 'object') return from.fail('a primitive was due');
    return from.register(Object(inner) as object);
  },
};

export const url: Kind<URL> = {
  tag: Tag.URL,
  encode: (to, value) => to.value(value.href),
  decode: (from) => {
    const text = from.string();
    return from.register(valid(from, 'URL', () => new URL(text)));
  },
};

export const urlSearchParams: Kind<URLSearchParams> = {
  tag: Tag.URL_SEARCH_PARAMS,
  encode: (to, value) => to.value(value.toString()),
  decode: (from) => from.register(new URLSearchParams(from.string())),
};

/** Replaces the constructor's own error, which would quote the text. */
function valid<T>(from: FieldReader, what: string, make: () => T): T {
  try {
    return make();
  } catch {
    return from.fail(`an invalid ${what}`);
  }
}
