import {
  checkInteger,
  checkNaming,
  checkNumber,
  checkOptions,
  checkSignal,
  checkTimeout,
  NAME_OPTIONS,
} from '@multiprocess/shared-memory';
import type { NameOptions, WaitOptions } from '@multiprocess/shared-memory';
import { MAX_MAX_ENTRIES, MAX_MEMORY, MIN_MEMORY } from './words/geometry.js';

/** The default of `memory`, in bytes. */
/** The names of the options of a map. */
export const MAP_OPTIONS = [...NAME_OPTIONS, 'memory', 'ttl', 'maxEntries'] as const;
const FETCH_OPTIONS = ['ttl', 'timeout', 'signal'] as const;
const DEFAULT_MEMORY = 2 ** 26;

/** The options of a map. */
export interface SharedMapOptions extends NameOptions {
  /**
   * Bytes of shared memory that it may take at most, its tables included; from 128 KiB to 2 GiB. A few percent are allocated at the
   * start, the rest as it is needed.
   * Default: 64 MiB.
   */
  readonly memory?: number | undefined;
  /** Milliseconds after which an entry expires, unless it is set with another `ttl`. Default: never. */
  readonly ttl?: number | undefined;
  /**
   * The maximum number of entries. With it, the map is a cache: when it has that many, or its memory is full, it evicts entries
   * instead of throwing. Default: no limit, and nothing is evicted.
   */
  readonly maxEntries?: number | undefined;
}

/** How to store an entry. */
export interface EntryOptions {
  /** Milliseconds after which it expires; `Infinity` for never. Default: that of the map. */
  readonly ttl?: number | undefined;
}

/** How to wait for a value that another thread loads, and how to store it. */
export interface FetchOptions extends EntryOptions, Omit<WaitOptions, 'block'> {}

/** The options of a map, checked. Undefined is what was left out. */
export interface MapPlan {
  readonly name: string | undefined;
  readonly create: boolean;
  readonly memory: number;
  readonly ttl: number;
  readonly maxEntries: number;
  /** Whether an option that the caller left out is taken from the map of that name. */
  readonly takes: { readonly ttl: boolean; readonly maxEntries: boolean };
}

/** @throws {@link TypeError} or {@link RangeError} if an option is not of its type, or outside its limits. */
export function checkMapOptions(options: SharedMapOptions | undefined): MapPlan {
  const given = checkOptions(options, '{ memory: 2 ** 26 }', MAP_OPTIONS);
  const { memory = DEFAULT_MEMORY, ttl, maxEntries } = given;
  const naming = checkNaming(given);
  checkInteger('memory', memory, { min: MIN_MEMORY, max: MAX_MEMORY, unit: 'bytes' });
  const limits = { min: 1, max: MAX_MAX_ENTRIES, unit: 'entries' };
  return {
    ...naming,
    memory: Math.floor(memory / 64) * 64,
    ttl: checkTtl(ttl) ?? 0,
    maxEntries: maxEntries === undefined ? 0 : checkInteger('maxEntries', maxEntries, limits),
    takes: {
      ttl: !naming.create && ttl === undefined,
      maxEntries: !naming.create && maxEntries === undefined,
    },
  };
}

/** Milliseconds, 0 for never; undefined if it was left out. @throws {@link TypeError} or {@link RangeError} if it is not at least 1. */
function checkTtl(ttl: unknown): number | undefined {
  if (ttl === undefined) return undefined;
  const limits = { min: 1, unit: 'milliseconds' };
  const checked = checkNumber('ttl', ttl, limits);
  return checked === Infinity ? 0 : checked;
}

/** The `ttl` of an entry. */
export function checkEntryOptions(options: EntryOptions | undefined): number | undefined {
  return options === undefined ? undefined : checkTtl(checkOptions(options, '{ ttl: 60_000 }', ['ttl']).ttl);
}

/** The options of a fetch. */
export function checkFetchOptions(options: FetchOptions | undefined): {
  readonly ttl: number | undefined;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
} {
  const given = options === undefined ? {} : checkOptions(options, '{ timeout: 500 }', FETCH_OPTIONS);
  return { ttl: checkTtl(given.ttl), timeout: checkTimeout(given, FETCH_OPTIONS), signal: checkSignal(given) };
}
