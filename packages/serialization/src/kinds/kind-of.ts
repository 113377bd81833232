import { Extension } from '../wire.js';
import { arrayBuffer, view } from './binary.js';
import { boxed, date, regexp, url, urlSearchParams } from './builtins.js';
import { map, set } from './collections.js';
import { domException, errorKind } from './errors.js';
import { functionSource, taskFunction } from './functions.js';
import { classValue, instance, typedValue } from './instances.js';
import type { Kind } from './kind.js';
import { sharedObject } from './shared-object.js';
import { sparseArray } from './sparse-array.js';

type Decoding = Pick<Kind<never>, 'extension' | 'decode'>;

/** Extensions that are no objects. */
const utf16: Decoding = {
  extension: Extension.UTF_16,
  decode: (from) => Buffer.from(from.rest()).toString('utf16le'),
};
const bigint: Decoding = {
  extension: Extension.BIGINT,
  decode(from) {
    const negative = from.value() === true;
    const magnitude = BigInt(`0x${Buffer.from(from.rest()).toString('hex') || '0'}`);
    return negative ? -magnitude : magnitude;
  },
};

const byExtension: (Decoding | undefined)[] = [];
const all: readonly Decoding[] = [
  ...[utf16, bigint, sparseArray, date, regexp, boxed, map, set, arrayBuffer, view, errorKind, domException],
  ...[url, urlSearchParams, sharedObject, taskFunction, functionSource, classValue, instance, typedValue],
];
for (const kind of all) byExtension[kind.extension] = kind;

/** The kind whose payload an extension of that number has. */
export function kindOf(extension: number): Decoding | undefined {
  return byExtension[extension];
}
