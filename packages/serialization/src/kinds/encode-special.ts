import { types } from 'node:util';
import type { Encoder } from '../encoder.js';
import { isSharedObject } from '../is-shared-object.js';
import { classOfPrototype } from '../registered-classes.js';
import { typeOfPrototype } from '../registered-types.js';
import type { AnyClass } from '../registered-types.js';
import { isTask } from '../task.js';
import type { AnyFunction } from '../task.js';
import { arrayBuffer, view } from './binary.js';
import { boxed, date, regexp, url, urlSearchParams } from './builtins.js';
import { map, set } from './collections.js';
import { domException, errorKind } from './errors.js';
import { functionSource, taskFunction } from './functions.js';
import { classValue, instance, typedValue } from './instances.js';
import { sharedObject } from './shared-object.js';

/** Encodes anything that is neither a primitive nor a plain object or array of this realm. */
export function encodeSpecial(to: Encoder, value: object): void {
  if (typeof value === 'function') return encodeFunction(to, value as AnyFunction);
  if (isSharedObject(value)) return to.extension(sharedObject, value);
  if (types.isNativeError(value)) return to.extension(errorKind, value);
  const prototype = Object.getPrototypeOf(value) as object;
  if (typeOfPrototype(prototype) !== undefined) return to.extension(typedValue, value);
  if (classOfPrototype(prototype) !== undefined) return to.extension(instance, value);
  if (value instanceof DOMException) return to.extension(domException, value);
  if (value instanceof Error) return to.extension(errorKind, value);
  return encodeBuiltin(to, value, prototype);
}

function encodeFunction(to: Encoder, value: AnyFunction): void {
  if (isTask(value)) return to.extension(taskFunction, value);
  const { prototype } = value as { prototype?: unknown };
  const registered =
    typeof prototype === 'object' &&
    prototype !== null &&
    Object.hasOwn(prototype, 'constructor') &&
    (classOfPrototype(prototype) ?? typeOfPrototype(prototype)) !== undefined;
  if (registered) return to.extension(classValue, value as unknown as AnyClass);
  return to.extension(functionSource, value);
}

function encodeBuiltin(to: Encoder, value: object, prototype: object): void {
  if (Buffer.isBuffer(value)) return to.extension(view, value as Buffer<ArrayBuffer>);
  const name = constructorName(prototype);
  if (!isBuiltin(name, prototype)) return to.fail(refusal(value, name));
  if (types.isMap(value)) return to.extension(map, value);
  if (types.isSet(value)) return to.extension(set, value);
  if (types.isDate(value)) return to.extension(date, value);
  if (types.isRegExp(value)) return to.extension(regexp, value);
  if (ArrayBuffer.isView(value)) {
    if (types.isSharedArrayBuffer(value.buffer)) to.fail(SHARED_ARRAY_BUFFER);
    return to.extension(view, value as ArrayBufferView<ArrayBuffer>);
  }
  if (types.isArrayBuffer(value)) return to.extension(arrayBuffer, value);
  if (types.isSharedArrayBuffer(value)) to.fail(SHARED_ARRAY_BUFFER);
  if (types.isBoxedPrimitive(value)) return to.extension(boxed, value);
  if (Array.isArray(value)) return to.array(value);
  if (value instanceof URL) return to.extension(url, value);
  if (value instanceof URLSearchParams) return to.extension(urlSearchParams, value);
  if (name === 'Object') return to.record(value as Record<string, unknown>);
  return to.fail(refusal(value, name));
}

const SHARED_ARRAY_BUFFER =
  'a SharedArrayBuffer, whose memory no other process can see. Use a SharedMemory, or a SharedArray';

function constructorName(prototype: object): string {
  const constructor: unknown = (prototype as { constructor?: unknown }).constructor;
  return typeof constructor === 'function' ? constructor.name : '';
}

/** Whether a prototype is one that the language or the platform has, of this realm or another (`node:vm`). */
function isBuiltin(name: string, prototype: object): boolean {
  const own: unknown = (globalThis as unknown as Record<string, unknown>)[name];
  if (typeof own !== 'function') return false;
  if (own.prototype === prototype) return true;
  const foreign: unknown = prototype.constructor;
  return (
    typeof foreign === 'function' && foreign.prototype === prototype && /\[native code\]\s*\}$/.test(String(foreign))
  );
}

function refusal(value: object, name: string): string {
  if (types.isWeakMap(value) || types.isWeakSet(value)) return `a ${name}, whose entries nobody can list`;
  if (types.isPromise(value)) return 'a promise: await it first';
  if (types.isGeneratorObject(value)) return 'a generator, whose state cannot be read';
  return `an instance of ${name || 'a class without a name'}, which is not registered: use registerClass or registerType`;
}
