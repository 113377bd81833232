import { types } from 'node:util';
import {
  adviceOnSending,
  isError,
  isSharedMemory,
  isSharedObject,
  isUrl,
  shownClass,
} from '@multiprocess/shared-memory';
import { classOfPrototype } from '../classes/registered-classes.js';
import { typeOfPrototype } from '../classes/registered-types.js';
import { isTask } from '../functions/task.js';
import type { AnyFunction } from '../functions/task.js';
import { arrayBuffer, sharedBuffer, view } from './binary.js';
import { boxed, date, regexp, url, urlSearchParams } from './builtins.js';
import { map, set } from './collections.js';
import { domException, errorKind } from './errors.js';
import { functionSource, taskFunction } from './functions.js';
import { classValue, instance, typedValue } from './instances.js';
import type { Kind, ObjectWriter } from './kind.js';
import { sharedObject } from './shared-object.js';

/** The classes of the language and the platform that travel, by name. Typed arrays are recognized below. */
const BUILT_IN: Readonly<Record<string, Kind<never>>> = {
  Map: map,
  Set: set,
  Date: date,
  RegExp: regexp,
  DOMException: domException,
  URL: url,
  URLSearchParams: urlSearchParams,
  ArrayBuffer: arrayBuffer,
  SharedArrayBuffer: sharedBuffer,
  Buffer: view,
  DataView: view,
  Number: boxed,
  String: boxed,
  Boolean: boxed,
  BigInt: boxed,
  Symbol: boxed,
};

// Most values are found by their prototype, which saves them the checks below.
const byPrototype = new Map<unknown, Kind<never>>();
for (const [name, kind] of Object.entries(BUILT_IN)) byPrototype.set(globalClass(name)?.prototype, kind);

function globalClass(name: string): { readonly prototype: unknown } | undefined {
  return (globalThis as unknown as Record<string, { readonly prototype: unknown } | undefined>)[name];
}

/** The tagged array for anything that is neither a primitive nor a plain object or array of this realm. */
export function encodeSpecial(to: ObjectWriter, value: object): unknown {
  if (typeof value === 'function') return encodeFunction(to, value as AnyFunction);
  const prototype = Object.getPrototypeOf(value) as object;
  const kind = byPrototype.get(prototype);
  if (kind === arrayBuffer && isSharedMemory(value as ArrayBuffer)) return to.extension(sharedBuffer, value as never);
  if (kind !== undefined) return to.extension(kind, value as never);
  if (isSharedObject(value)) return to.extension(sharedObject, value);
  if (types.isNativeError(value)) return to.extension(errorKind, value);
  if (typeOfPrototype(prototype) !== undefined) return to.extension(typedValue, value);
  if (classOfPrototype(prototype) !== undefined) return to.extension(instance, value);
  if (isError(value)) return to.extension(errorKind, value);
  return encodeForeign(to, value, prototype);
}

function encodeFunction(to: ObjectWriter, value: AnyFunction): unknown {
  if (isTask(value)) return to.extension(taskFunction, value);
  const { prototype } = value as { prototype?: unknown };
  const registered =
    typeof prototype === 'object' &&
    prototype !== null &&
    (prototype as { constructor?: unknown }).constructor === value &&
    (classOfPrototype(prototype) ?? typeOfPrototype(prototype)) !== undefined;
  if (registered) return to.extension(classValue, value);
  return to.extension(functionSource, value);
}

/** Typed arrays, what is built in but of another realm (`node:vm`), and what cannot be serialized. */
function encodeForeign(to: ObjectWriter, value: object, prototype: object): unknown {
  if (isUrl(value)) return to.extension(url, value);
  const name = builtinName(prototype);
  if (name === undefined) return to.fail(refusal(value, prototype));
  if (ArrayBuffer.isView(value)) {
    byPrototype.set(prototype, view);
    return to.extension(view, value);
  }
  const kind = BUILT_IN[name];
  if (kind !== undefined) return to.extension(kind, value as never);
  if (Array.isArray(value)) return to.array(value);
  if (name === 'Object') return to.record(value);
  return to.fail(refusal(value, prototype));
}

/** The name of the class, if it is of the language or the platform: native code, and `prototype` is its own. */
function builtinName(prototype: object): string | undefined {
  const { constructor } = prototype;
  if (typeof constructor !== 'function' || constructor.prototype !== prototype) return undefined;
  if (globalClass(constructor.name) === constructor || /\[native code\]\s*\}$/.test(String(constructor)))
    return constructor.name;
  return undefined;
}

function refusal(value: object, prototype: object): string {
  if (types.isWeakMap(value) || types.isWeakSet(value)) return 'a WeakMap or WeakSet, whose entries cannot be listed';
  if (types.isPromise(value)) return 'a promise: await it first';
  if (types.isGeneratorObject(value)) return 'a generator, whose state cannot be read';
  const { constructor } = prototype as { constructor?: unknown };
  const name =
    typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'a class without a name';
  const advice = adviceOnSending(value);
  if (advice !== undefined) return `an instance of ${shownClass(value)}, which cannot be sent: ${advice}`;
  return `an instance of ${name}, which is not registered: use registerClass or registerType`;
}
