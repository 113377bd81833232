import { types } from 'node:util';
import { isError, MultiprocessError, SerializationError, shownName } from '@multiprocess/shared-memory';
import { defineOwn } from '../values/define-own.js';
import { classOfPrototype, loadClass } from '../classes/registered-classes.js';
import { typeOfName, typeOfPrototype } from '../classes/registered-types.js';
import type { AnyClass } from '../classes/any-class.js';
import type { RegisteredType } from '../classes/registered-types.js';
import { Tag } from '../wire/wire.js';
import type { Kind } from './kind.js';

/** An instance of a class registered by reference: where the class is, then its own properties. */
export const instance: Kind<object> = {
  tag: Tag.INSTANCE,

  encode(to, value, level) {
    const { module, name } = classOfPrototype(Object.getPrototypeOf(value) as object)!;
    if (hasHiddenState(value)) to.fail(`a ${name} is more than its properties: register it with registerType`);
    to.value(module);
    to.value(name);
    to.noteModule(module);
    for (const key of Object.keys(value)) {
      to.step(level, key);
      to.value(key);
      to.value((value as Record<string, unknown>)[key]);
    }
  },

  decode(from) {
    const reference = { module: from.string(), name: from.string() };
    const value = from.register(Object.create(loadClass(reference).prototype as object) as object);
    while (!from.atEnd()) {
      const key = from.string();
      defineOwn(value, key, from.value());
    }
    return value;
  },
};

/** Whether the contents of an object are not its properties: an instance of a class that extends it would lose them. */
function hasHiddenState(value: object): boolean {
  return (
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isMap(value) ||
    types.isSet(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isPromise(value) ||
    types.isBoxedPrimitive(value)
  );
}

/** An instance of a class registered by value: the type's name, then what its `encode` gave. */
export const typedValue: Kind<object> = {
  tag: Tag.TYPED_VALUE,

  encode(to, value) {
    const type = typeOfPrototype(Object.getPrototypeOf(value) as object);
    if (type === undefined) return to.fail('its type is not registered');
    to.value(type.name);
    to.payload(value, type.encode(value));
  },

  decode(from) {
    const name = from.string();
    const type = typeOfName(name);
    if (type === undefined) {
      throw unknownType(name);
    }
    const number = from.reserve();
    return from.fulfil(number, revive(type, from.value()));
  },
};

/** A class itself: where it is, or the name of its type and null. */
export const classValue: Kind<AnyClass> = {
  tag: Tag.CLASS,

  encode(to, value) {
    const prototype = value.prototype as object;
    const reference = classOfPrototype(prototype);
    to.value(reference?.name ?? typeOfPrototype(prototype)?.name);
    to.value(reference?.module ?? null);
    if (reference !== undefined) to.noteModule(reference.module);
  },

  decode(from) {
    const name = from.string();
    const module = from.value();
    if (typeof module === 'string') return from.register(loadClass({ module, name }));
    const type = typeOfName(name);
    if (type === undefined) throw unknownType(name);
    return from.register(type.class);
  },
};

/** The hook is the user's, so its error is reported in full. */
function revive(type: RegisteredType, payload: unknown): object {
  try {
    return type.decode(payload);
  } catch (cause) {
    if (cause instanceof MultiprocessError) throw cause;
    const reason = isError(cause) ? cause.message : String(cause);
    throw new SerializationError(
      `The message cannot be decoded: ${reason}, in decode() of the type ${type.name}`,
      '$',
      {
        cause,
      },
    );
  }
}

function unknownType(name: string): SerializationError {
  return new SerializationError(
    `The message cannot be decoded: no type called ${shownName(name)} is registered here: import what calls registerType`,
  );
}
