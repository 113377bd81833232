import { inspect } from 'node:util';
import type { InspectOptionsStylized } from 'node:util';
import { isPlainObject } from './built-ins.js';
import { isSharedObject } from './shared-object.js';

/** What `console.log` shows of an object: a few names with values. */
export type Description = Readonly<Record<string, unknown>>;

/** The method that returns it. The same symbol in every copy of this package, so that no subclass can have it by chance. */
export const DESCRIBE: unique symbol = Symbol.for('@multiprocess/describe') as never;

/** An object of a class that {@link describable} was called for. */
export interface Describable {
  /** May throw if the object can no longer be used. Must not wait. */
  [DESCRIBE](): Description;
}

/**
 * Makes `util.inspect`, and so `console.log`, show the description of a class's objects instead of their fields, on one line if no
 * error is in it; and `String()` the same. In
 * `JSON.stringify`, an open shared object becomes its handle, which `attach()` takes, and any other object its description.
 *
 * @param nameOf the name that is shown. Default: that of the class
 */
export function describable<T extends Describable>(prototype: T, nameOf: (one: T) => string = classOf): void {
  Object.defineProperties(prototype, {
    [inspect.custom]: {
      value(this: T, depth: number, options: InspectOptionsStylized): string {
        return show(this, nameOf(this), depth, options);
      },
      configurable: true,
      writable: true,
    },
    toString: {
      value(this: T): string {
        return inspect(this);
      },
      configurable: true,
      writable: true,
    },
    toJSON: {
      value(this: Describable): unknown {
        return handleOf(this) ?? jsonOf(descriptionOf(this));
      },
      configurable: true,
      writable: true,
    },
  });
}

/** The name by which an object of a class that {@link describable} was called for shows itself, for an error. */
export function shownClass(one: object): string {
  return /^\w*/.exec(inspect(one, { depth: -1 }).replace('[', ''))![0];
}

function classOf(one: object): string {
  return one.constructor.name;
}

/** The description of an object; empty if it throws. */
function descriptionOf(one: Describable): [name: string, value: unknown][] {
  try {
    return Object.entries(one[DESCRIBE]()).filter(([, value]) => value !== undefined);
  } catch {
    return [];
  }
}

function show(one: Describable, name: string, depth: number, options: InspectOptionsStylized): string {
  if (depth < 0) return options.stylize(`[${name}]`, 'special');
  const depthLeft = typeof options.depth === 'number' ? options.depth - 1 : options.depth;
  const inner = { ...options, depth: depthLeft, compact: true, breakLength: Infinity };
  return `${name} ${inspect(Object.fromEntries(descriptionOf(one)), inner as InspectOptionsStylized)}`;
}

/** The handle of a shared object, unless it is closed or only valid between threads. */
function handleOf(one: object): string | undefined {
  if (!isSharedObject(one)) return undefined;
  try {
    const handle: unknown = one.handle;
    return typeof handle === 'string' ? handle : undefined;
  } catch {
    return undefined;
  }
}

/** Values that JSON can express stay; others become the text that `console.log` shows. */
function jsonOf(described: [name: string, value: unknown][]): Record<string, unknown> {
  const entries = described.map(
    ([key, value]) => [key, isPlain(value) ? value : inspect(value, { depth: 1 })] as const,
  );
  return Object.fromEntries(entries);
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  return isPlainObject(value) && Object.values(value).every(isPlain);
}
