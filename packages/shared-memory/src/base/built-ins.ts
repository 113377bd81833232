import { types } from 'node:util';

// A value may come from another realm: a context of `node:vm`, a test of Jest, a window of jsdom. There `Error`,
// `Uint8Array`, `Promise` are other classes than here, and `instanceof` says no. What the engine itself can tell is asked
// of `types` of `node:util` wherever it is needed; here is what that does not tell.

/** Whether it is an error of JavaScript or of the platform, of whatever realm. Runs code of the user if it is a proxy. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error || tagOf(value) === 'DOMException';
}

/** Whether a call of Node's threw it because of what it was given. */
export function isMisuse(error: unknown): boolean {
  return types.isNativeError(error) && error.name === 'TypeError';
}

/** Whether it can be listened to as an `AbortSignal` can: Node's, one of jsdom, one of a polyfill. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<Record<keyof AbortSignal, unknown>>;
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}

/** What a signal was aborted with, typed as what it nearly always is; older ones than the standard of 2022 do not say. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason = (signal as { readonly reason?: unknown } | undefined)?.reason;
  return reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : (reason as Error);
}

/** @throws the signal's reason if it is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw reasonOf(signal);
}

/** Whether it is a `URL`, of whatever realm or implementation. */
export function isUrl(value: unknown): value is URL {
  return (
    tagOf(value) === 'URL' &&
    typeof (value as Partial<URL>).href === 'string' &&
    typeof (value as Partial<URL>).protocol === 'string'
  );
}

/** Whether it is an object of no class: a literal, of whatever realm, or one without prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}

/** Whether it is a promise or what `await` takes for one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

function tagOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
    : undefined;
}
