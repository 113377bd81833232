import { Tag } from '../wire/wire.js';
import { arrayBuffer, sharedBuffer, view } from './binary.js';
import { boxed, date, regexp, url, urlSearchParams } from './builtins.js';
import { map, set } from './collections.js';
import { domException, errorKind } from './errors.js';
import { functionSource, taskFunction } from './functions.js';
import { classValue, instance, typedValue } from './instances.js';
import type { Kind } from './kind.js';
import { record } from './record.js';
import { sharedObject } from './shared-object.js';
import { sparseArray } from './sparse-array.js';

type Decoding = Pick<Kind<never>, 'tag' | 'decode'>;

/** No object. */
const utf16: Decoding = {
  tag: Tag.UTF_16,
  decode: (from) => Buffer.from(from.string(), 'latin1').toString('utf16le'),
};

const byTag: (Decoding | undefined)[] = [];
const all: readonly Decoding[] = [
  utf16,
  record,
  sparseArray,
  date,
  regexp,
  boxed,
  map,
  set,
  arrayBuffer,
  sharedBuffer,
  view,
  errorKind,
  domException,
  url,
  urlSearchParams,
  sharedObject,
  taskFunction,
  functionSource,
  classValue,
  instance,
  typedValue,
];
for (const kind of all) byTag[kind.tag] = kind;

/** The kind with that tag. */
export function kindOf(tag: number): Decoding | undefined {
  return byTag[tag];
}
