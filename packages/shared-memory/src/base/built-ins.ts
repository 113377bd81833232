import { types } from 'node:util';

// A value may come from another realm: a context of `node:vm`, a test of Jest, a window of jsdom. There `Error`, `Uint8Array`
// and `Promise` are other classes than here, so `instanceof` is false. `types` of `node:util` recognises most built-in
// classes of any realm; these functions recognise the others.

/** Whether it is an error of JavaScript or of the platform, of any realm. Runs code of the user if it is a proxy. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error || tagOf(value) === 'DOMException';
}

/** Whether a function of Node threw it because of a wrong argument. */
export function isMisuse(error: unknown): boolean {
  return types.isNativeError(error) && error.name === 'TypeError';
}

/** Whether it has the methods of an `AbortSignal`: that of Node, of jsdom, of a polyfill. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<Record<keyof AbortSignal, unknown>>;
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}

/** The reason of an aborted signal, typed as what it nearly always is. Implementations before 2022 have no `reason`. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason = (signal as { readonly reason?: unknown } | undefined)?.reason;
  return reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : (reason as Error);
}

/** @throws {@link AbortSignal.reason | the signal's reason} if it is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortReason(signal);
}

/** Whether it is a `URL`, of any realm or implementation. */
export function isUrl(value: unknown): value is URL {
  return (
    tagOf(value) === 'URL' &&
    typeof (value as Partial<URL>).href === 'string' &&
    typeof (value as Partial<URL>).protocol === 'string'
  );
}

/** Whether it is a plain object: a literal, of any realm, or an object without prototype. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}

/** Whether it is a promise, or an object that `await` treats as one. */
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
