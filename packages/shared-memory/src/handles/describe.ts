import { inspect } from 'node:util';
import type { InspectOptionsStylized } from 'node:util';
import { isSharedObject } from '../base/shared-object.js';

/** What there is to tell people of an object: few names, and values of which each says something by itself. */
export type Description = Readonly<Record<string, unknown>>;

/** The method that tells it. The same symbol in every copy of this package, and no name that a subclass could have. */
export const DESCRIBE: unique symbol = Symbol.for('@multiprocess/describe') as never;

/** An object that {@link describable} has made tell what it is. */
export interface Describable {
  /** May throw where the object cannot be used any more. Must not wait. */
  [DESCRIBE](): Description;
}

/**
 * Makes the objects of a class show what they tell by {@link DESCRIBE}, and nothing of what they are made of: in
 * `console.log` and wherever else `util.inspect` is used, and in `JSON.stringify`. There a shared object that is open is its
 * handle, which `attach()` takes; all else is its description.
 *
 * @param nameOf what an object is called. Default: the name of its class
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
    toJSON: {
      value(this: Describable): unknown {
        return handleOf(this) ?? jsonOf(descriptionOf(this));
      },
      configurable: true,
      writable: true,
    },
  });
}

function classOf(one: object): string {
  return one.constructor.name;
}

/** What an object tells; nothing where it cannot. */
function descriptionOf(one: Describable): Description {
  try {
    return one[DESCRIBE]();
  } catch {
    return {};
  }
}

function show(one: Describable, name: string, depth: number, options: InspectOptionsStylized): string {
  if (depth < 0) return options.stylize(`[${name}]`, 'special');
  const told = Object.entries(descriptionOf(one)).filter(([, value]) => value !== undefined);
  const inner = { ...options, depth: typeof options.depth === 'number' ? options.depth - 1 : options.depth };
  return `${name} ${inspect(Object.fromEntries(told), inner as InspectOptionsStylized)}`;
}

/** The handle of a shared object, unless it is closed or can only be handed to threads. */
function handleOf(one: object): string | undefined {
  if (!isSharedObject(one)) return undefined;
  try {
    const handle: unknown = one.handle;
    return typeof handle === 'string' ? handle : undefined;
  } catch {
    return undefined;
  }
}

/** What JSON has words for stays; all else becomes the text that people are shown. */
function jsonOf(told: Description): Record<string, unknown> {
  const entries = Object.entries(told).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, isPlain(value) ? value : inspect(value, { depth: 1 })]),
  );
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}
