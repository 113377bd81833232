import { defineHidden, instanceOfKnownClass } from '@multiprocess/serialization';
import { isError, RemoteError } from '@multiprocess/shared-memory';

interface JsonError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** An error as plain data: name, message, stack, `code` and `cause`. */
export function errorToJson(error: Error, toJson: (value: unknown) => unknown): object {
  const { name, message, stack, cause } = error;
  const code: unknown = (error as { code?: unknown }).code;
  return {
    name,
    message,
    stack,
    ...(typeof code === 'string' && { code }),
    ...(isError(cause) && { cause: toJson(cause) }),
  };
}

/** The error again: of its class if that is built in or the toolkit's, else a `RemoteError`. */
export function errorFromJson(value: unknown, fromJson: (value: unknown) => unknown): Error {
  const { name, message, stack, code, cause } = (typeof value === 'object' && value !== null ? value : {}) as JsonError;
  const called = typeof name === 'string' ? name : 'Error';
  const known = instanceOfKnownClass(called);
  const error = known ?? new RemoteError('', called);
  defineHidden(error, 'message', typeof message === 'string' ? message : '');
  if (typeof stack === 'string') defineHidden(error, 'stack', stack);
  if (typeof code === 'string' && known !== undefined) Object.assign(error, { code });
  if (cause !== undefined) defineHidden(error, 'cause', fromJson(cause));
  return error;
}
