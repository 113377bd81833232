import { types } from 'node:util';
import { newFunction, threadTable } from '@multiprocess/shared-memory';
import { helpersIn, remedyFor } from './tool-helpers.js';
import type { AnyFunction } from './task.js';

export type FunctionKind = 'function' | 'async' | 'generator' | 'asyncGenerator';

/** A function as text. */
interface FunctionSource {
  /** An expression that gives the function. */
  readonly expression: string;
  readonly kind: FunctionKind;
}

// What a function's source was found to be, for those that are sent again and again, and where a received one came from.
// One map for all copies of this package in a thread: what one has received another may send on.
const sources = threadTable(
  '@multiprocess/function sources 1',
  () => new WeakMap<AnyFunction, FunctionSource | { readonly refusal: string }>(),
  types.isWeakMap,
);

const REMEDY = 'call it in a task, task(import.meta, function name(…) { … })';

/** The source of `fn`, or why it cannot be sent as source. */
export function sourceOf(fn: AnyFunction): FunctionSource | { readonly refusal: string } {
  let source = sources.get(fn);
  if (source === undefined) {
    source = inspectSource(fn);
    sources.set(fn, source);
  }
  return source;
}

function inspectSource(fn: AnyFunction): FunctionSource | { readonly refusal: string } {
  const text = Function.prototype.toString.call(fn);
  if (/^class\b/.test(text)) {
    return { refusal: `the class ${fn.name || '(anonymous)'}, which is not registered: use registerClass` };
  }
  if (/\{\s*\[native code\]\s*\}$/.test(text))
    return { refusal: `a native or bound function, which has no source to send: ${REMEDY}` };
  const kind = kindOf(fn);
  if (parses(text)) return { expression: text, kind };
  // A method: `name(…) { … }` is source only within an object.
  const method = `Object.values({${text}\n})[0]`;
  if (/^(get|set)\s+[^(\s]/.test(text) || !parses(method)) {
    return { refusal: `a function whose source cannot stand alone: ${REMEDY}` };
  }
  return { expression: method, kind };
}

function kindOf(fn: AnyFunction): FunctionKind {
  const generator = types.isGeneratorFunction(fn);
  if (types.isAsyncFunction(fn)) return generator ? 'asyncGenerator' : 'async';
  return generator ? 'generator' : 'function';
}

function parses(expression: string): boolean {
  try {
    compileLater(expression);
    return true;
  } catch {
    return false;
  }
}

/** Parses the expression; calling what is returned evaluates it. */
function compileLater(expression: string): () => AnyFunction {
  const helpers = helpersIn(expression);
  const compiled = newFunction(...helpers.keys(), `"use strict"; return (${expression}\n);`) as AnyFunction;
  return () => Reflect.apply(compiled, undefined, [...helpers.values()] as never[]) as AnyFunction;
}

/** A function that compiles its source when it is called first: nothing that arrives runs before. */
export function receivedFunction(source: FunctionSource, name: string, length: number): AnyFunction {
  let compiled: AnyFunction | undefined;
  const inner = (): AnyFunction => (compiled ??= compileLater(source.expression)());
  const fn = WRAPPERS[source.kind](inner, (error) => explained(error, name, source.expression));
  Object.defineProperty(fn, 'name', { value: name, configurable: true });
  Object.defineProperty(fn, 'length', { value: length, configurable: true });
  sources.set(fn, source);
  return fn;
}

type Inner = () => AnyFunction;
type Explain = (error: unknown) => unknown;

const WRAPPERS: Record<FunctionKind, (inner: Inner, explain: Explain) => AnyFunction> = {
  function: (inner, explain) =>
    function (this: unknown, ...args: never[]) {
      try {
        return Reflect.apply(inner(), this, args) as unknown;
      } catch (error) {
        throw explain(error);
      }
    },
  async: (inner, explain) =>
    async function (this: unknown, ...args: never[]) {
      try {
        return await (Reflect.apply(inner(), this, args) as Promise<unknown>);
      } catch (error) {
        throw explain(error);
      }
    },
  generator: (inner, explain) =>
    function* (this: unknown, ...args: never[]) {
      try {
        return yield* Reflect.apply(inner(), this, args) as Generator<unknown, unknown>;
      } catch (error) {
        throw explain(error);
      }
    },
  asyncGenerator: (inner, explain) =>
    async function* (this: unknown, ...args: never[]) {
      try {
        return yield* Reflect.apply(inner(), this, args) as AsyncGenerator<unknown, unknown>;
      } catch (error) {
        throw explain(error);
      }
    },
};

/** If `error` is what a captured variable gives, or a method without its object, an error that says so. */
function explained(error: unknown, name: string, source: string): unknown {
  if (!types.isNativeError(error)) return error;
  const what = name === '' ? 'The function' : name;
  if (error.name === 'TypeError') return explainedThis(error, what, source);
  const missing = error.name === 'ReferenceError' && /^(\S+) is not defined$/.exec(error.message)?.[1];
  if (!missing || !source.includes(missing)) return error;
  return new ReferenceError(
    `${missing} is not defined: ${what} was sent as its source, without the variables around it. ` +
      `${remedyFor(missing)}, or send a task: task(import.meta, function ${name || 'name'}(…) { … })`,
    { cause: error },
  );
}

/** V8 does not tell what was undefined: it may be something else than `this`. */
function explainedThis(error: Error, what: string, source: string): Error {
  const isOfUndefined = /^Cannot (read|set) properties of undefined/.test(error.message);
  if (!isOfUndefined || !/\bthis\b/.test(source)) return error;
  return new TypeError(
    `${error.message}. If it is of this: ${what} was sent as its source, without its object. Pass what it needs as arguments`,
    { cause: error },
  );
}
