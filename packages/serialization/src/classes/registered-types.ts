import { types } from 'node:util';
import { argumentError, checkFunction, threadTable } from '@multiprocess/shared-memory';
import type { AnyClass } from './any-class.js';
import { claimClass } from './claim-class.js';

/** How the instances of a class travel by value. */
export interface RegisteredType<T extends object = object, Payload = unknown> {
  /** The same in every process. By convention the class's name, with a prefix if that could be taken. */
  readonly name: string;
  readonly class: AnyClass<T>;
  /** What to send in the place of `value`: anything that can be serialized. */
  encode(value: T): Payload;
  /** Makes an instance from what `encode` returned. */
  decode(payload: Payload): T;
}

// One table of this copy of the package, and two of all copies in the thread; see `task.ts`.
const own = new Map<string, RegisteredType>();
const byPrototype = threadTable(
  '@multiprocess/types by prototype 1',
  () => new Map<object, RegisteredType>(),
  types.isMap,
);
const byName = threadTable('@multiprocess/types by name 1', () => new Map<string, RegisteredType>(), types.isMap);

/**
 * Makes the instances of a class travel by value, as what `encode` makes of them. Instances of subclasses do not.
 * Call it in every process that sends or receives them.
 *
 * @example
 * ```ts source="../serialization.examples.ts#registerType"
 * export class Money {
 *   readonly cents: number;
 *
 *   constructor(cents: number) {
 *     this.cents = cents;
 *   }
 * }
 * registerType({
 *   name: 'Money', // in every program that sends or receives one
 *   class: Money,
 *   encode: (money) => money.cents,
 *   decode: (cents) => new Money(cents),
 * });
 * ```
 * @throws {@link TypeError} if something is missing, or the name or the class is registered already.
 */
export function registerType<T extends object, Payload>(type: RegisteredType<T, Payload>): void {
  const given: unknown = type;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw argumentError('type', 'an object with name, class, encode and decode', given);
  }
  const { name, class: Class, encode, decode } = given as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') throw argumentError('name', 'a string that is not empty', name);
  checkFunction('class', Class, 'a class');
  checkFunction('encode', encode);
  checkFunction('decode', decode);
  if (own.has(name)) throw new TypeError(`A type called ${JSON.stringify(name)} is registered already`);
  claimClass(type.class);
  const registered = type as unknown as RegisteredType;
  own.set(name, registered);
  byName.set(name, registered);
  byPrototype.set(type.class.prototype as object, registered);
}

/** The type whose class has that very prototype. */
export function typeOfPrototype(prototype: object): RegisteredType | undefined {
  return byPrototype.get(prototype);
}

export function typeOfName(name: string): RegisteredType | undefined {
  return own.get(name) ?? byName.get(name);
}
