import * as toolkit from '@multiprocess/shared-memory';

export type ErrorClass = abstract new (...args: never[]) => Error;

const BUILT_IN: readonly ErrorClass[] = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
];

interface KnownClasses {
  readonly byName: ReadonlyMap<string, ErrorClass>;
  readonly names: ReadonlyMap<unknown, string>;
}

let found: KnownClasses | undefined;

/**
 * The classes that every process has: JavaScript's, and all that the toolkit's lowest package exports. Looked for when the first
 * error comes, since it takes a child a millisecond, and most see none.
 */
function known(): KnownClasses {
  if (found !== undefined) return found;
  const classes = [...BUILT_IN, ...Object.values<unknown>({ ...toolkit }).filter(isConcreteErrorClass)];
  return (found = {
    byName: new Map(classes.map((Class) => [Class.name, Class])),
    names: new Map(classes.map((Class) => [Class.prototype, Class.name])),
  });
}

function isConcreteErrorClass(value: unknown): value is ErrorClass {
  return (
    typeof value === 'function' &&
    value !== toolkit.MultiprocessError &&
    value.prototype instanceof toolkit.MultiprocessError
  );
}

/** The name of the error's class, if every process has that. Also if the error is of another realm (`node:vm`). */
export function classNameOf(error: Error): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(error);
  const name = known().names.get(prototype);
  if (name !== undefined) return name;
  const constructor: unknown = error.constructor;
  if (typeof constructor !== 'function' || constructor.prototype !== prototype) return undefined;
  if (isOfAnotherCopy(error, constructor.name)) return constructor.name;
  const foreign =
    BUILT_IN.some(({ name }) => name === constructor.name) && String(constructor).includes('[native code]');
  return foreign ? constructor.name : undefined;
}

/** Whether it is an error of this toolkit, made by another copy of it in this thread. */
function isOfAnotherCopy(error: Error, name: string): boolean {
  const Class = known().byName.get(name);
  if (Class === undefined || BUILT_IN.includes(Class)) return false;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('ERR_MULTIPROCESS_');
}

/** The name of an error whose class other processes do not know: its own name, or its class's if that is the name of a built-in class. */
export function remoteNameOf(error: Error): string {
  const ownOrInherited: unknown = error.name;
  const name = String(ownOrInherited);
  return name === '' || BUILT_IN.some((Class) => Class.name === name) ? error.constructor.name : name;
}

/** An error of the class of that name, whose constructor has not been called. */
export function instanceOfKnownClass(name: string): Error | undefined {
  const Class = known().byName.get(name);
  return Class === undefined ? undefined : withoutConstructor(Class);
}

/** An error of that class without a stack, which it gets later: taking one costs more than all the rest. */
export function withoutConstructor(Class: ErrorClass): Error {
  const { stackTraceLimit } = Error;
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return Reflect.construct(Error, [], Class) as Error;
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}
