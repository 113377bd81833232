import { isError, RemoteError } from '@multiprocess/shared-memory';
import { defineHidden, defineOwn } from '../values/define-own.js';
import { classNameOf, instanceOfKnownClass, remoteNameOf, withoutConstructor } from '../classes/known-errors.js';
import type { ErrorClass } from '../classes/known-errors.js';
import { classOfPrototype, loadClass } from '../classes/registered-classes.js';
import { typeOfName, typeOfPrototype } from '../classes/registered-types.js';
import { Tag } from '../wire/wire.js';
import type { FieldReader, FieldWriter, Kind } from './kind.js';

// What tells the class of an error.
const KNOWN = 0; // a name: the class is built in, or of this toolkit
export const CLASS = 1; // a name and a module
const TYPE = 2; // a name and a payload
const UNKNOWN = 3; // a name, which becomes `remoteName`

/** Own properties that are not enumerable, and yet part of the error. */
const HIDDEN = ['cause', 'errors', 'name'] as const;

/**
 * Class, message, stack; hidden properties, until a null; own enumerable properties.
 *
 * An error always arrives: properties that cannot be serialized are left out, and an error whose class is not known arrives as
 * a RemoteError.
 */
export const errorKind: Kind<Error> = {
  tag: Tag.ERROR,

  encode(to, error, level) {
    encodeClass(to, error);
    to.value(typeof error.message === 'string' ? error.message : String(error.message));
    to.value(typeof error.stack === 'string' ? error.stack : null);
    for (const key of HIDDEN) {
      if (Object.hasOwn(error, key) && !Object.prototype.propertyIsEnumerable.call(error, key))
        property(to, error, key, level);
    }
    to.value(null);
    for (const key of Object.keys(error)) {
      if (key !== 'message' && key !== 'stack') property(to, error, key, level);
    }
  },

  decode(from) {
    const kind = from.natural();
    const name = from.string();
    const error = kind === TYPE ? reviveByType(from, name) : makeError(from, kind, name);
    const message = from.string();
    const stack = from.value();
    defineHidden(error, 'message', message);
    if (typeof stack === 'string') defineHidden(error, 'stack', stack);
    for (let key = from.value(); key !== null; key = from.value()) {
      if (typeof key !== 'string') return from.fail('expected the name of a property');
      defineHidden(error, key, from.value());
    }
    while (!from.atEnd()) {
      const key = from.string();
      defineOwn(error, key, from.value());
    }
    return error;
  },
};

function encodeClass(to: FieldWriter, error: Error): void {
  const prototype = Object.getPrototypeOf(error) as object;
  const type = typeOfPrototype(prototype);
  if (type !== undefined) {
    const sent = to.attempt(() => {
      to.value(TYPE);
      to.value(type.name);
      to.payload(error, type.encode(error));
    });
    if (sent) return;
  }
  const reference = classOfPrototype(prototype);
  const known = classNameOf(error);
  to.value(reference !== undefined ? CLASS : known !== undefined ? KNOWN : UNKNOWN);
  to.value(reference?.name ?? known ?? remoteNameOf(error));
  if (reference === undefined) return;
  to.value(reference.module);
  to.noteModule(reference.module);
}

function property(to: FieldWriter, error: Error, key: string, level: number): void {
  to.attempt(() => {
    to.step(level, key);
    to.value(key);
    to.value((error as unknown as Record<string, unknown>)[key]);
  });
}

/** The error, empty, before anything in it is decoded: its cause may lead back to it. */
function makeError(from: FieldReader, kind: number, name: string): Error {
  const module = kind === CLASS ? from.string() : undefined;
  let error: Error | undefined;
  try {
    if (module !== undefined) error = withoutConstructor(loadClass({ module, name }) as ErrorClass);
    else if (kind === KNOWN) error = instanceOfKnownClass(name);
  } catch {
    // Its module cannot be loaded here. What happened there matters more.
  }
  return from.register(error ?? new RemoteError('', name));
}

function reviveByType(from: FieldReader, name: string): Error {
  const number = from.reserve();
  const payload = from.value();
  let error: unknown;
  try {
    error = typeOfName(name)?.decode(payload);
  } catch {
    // Its decode() failed. What happened there matters more.
  }
  return from.fulfil(number, isError(error) ? error : new RemoteError('', name));
}

/** Name and message: all that structured clone keeps of one, and what tells its `code`. */
export const domException: Kind<DOMException> = {
  tag: Tag.DOM_EXCEPTION,
  encode(to, value) {
    to.value(value.name);
    to.value(value.message);
    to.value(value.stack ?? null);
  },
  decode(from) {
    const name = from.string();
    const exception = from.register(new DOMException(from.string(), name));
    const stack = from.value();
    if (typeof stack === 'string') defineHidden(exception, 'stack', stack);
    return exception;
  },
};
