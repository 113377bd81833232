import { inspect } from 'node:util';
import { serialize } from '@multiprocess/serialization';
import { isError as isErrorOfAnyRealm, RemoteError } from '@multiprocess/shared-memory';

const BRIEF_MESSAGE = 1000;
const BRIEF_STACK = 2000;

/** Serializes a thrown value; only its name, message and stack if the whole cannot be serialized. Does not throw. */
export function serializeThrown(error: unknown): Uint8Array<ArrayBuffer> {
  try {
    return serialize(error);
  } catch {
    return serializeInBrief(error);
  }
}

/** Serializes only the name, message and stack of an error, shortened. Does not throw. */
export function serializeInBrief(error: unknown): Uint8Array<ArrayBuffer> {
  return serialize(inBrief(error));
}

/** An error with the same name, message and stack, shortened, that can be serialized. Does not throw. */
export function inBrief(error: unknown): RemoteError {
  const message = (isError(error) ? textIn(error, 'message') : undefined) ?? textOfThrown(error);
  const name = (isError(error) ? textIn(error, 'name') : undefined) ?? 'Error';
  const brief = new RemoteError(message.slice(0, BRIEF_MESSAGE), name.slice(0, BRIEF_MESSAGE));
  const stack = isError(error) ? textIn(error, 'stack') : undefined;
  if (stack !== undefined) brief.stack = stack.slice(0, BRIEF_STACK);
  return brief;
}

/** A thrown value as text. Does not throw. */
export function textOfThrown(error: unknown): string {
  if (typeof error === 'string') return error;
  try {
    return inspect(error);
  } catch {
    return `${typeof error} that throws when it is looked at`;
  }
}

// Reading a thrown value may run a getter or the trap of a proxy, which may throw in turn.

function isError(thrown: unknown): thrown is Error {
  try {
    return isErrorOfAnyRealm(thrown);
  } catch {
    return false;
  }
}

function textIn(error: Error, property: 'name' | 'message' | 'stack'): string | undefined {
  try {
    const value: unknown = error[property];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
