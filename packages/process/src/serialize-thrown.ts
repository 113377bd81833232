import { inspect } from 'node:util';
import { serialize } from '@multiprocess/serialization';
import { RemoteError } from '@multiprocess/shared-memory';

const BRIEF_MESSAGE = 1000;
const BRIEF_STACK = 2000;

/** Whatever somebody has thrown, as a message: what cannot be carried is told in brief. Does not throw. */
export function serializeThrown(error: unknown): Uint8Array<ArrayBuffer> {
  try {
    return serialize(error);
  } catch {
    return serializeInBrief(error);
  }
}

/** What is left of an error when there is no room, or no way, for all of it. */
export function serializeInBrief(error: unknown): Uint8Array<ArrayBuffer> {
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'Error', message: textOfThrown(error), stack: undefined };
  const brief = new RemoteError(message.slice(0, BRIEF_MESSAGE), name.slice(0, BRIEF_MESSAGE));
  if (stack !== undefined) brief.stack = stack.slice(0, BRIEF_STACK);
  return serialize(brief);
}

export function textOfThrown(error: unknown): string {
  return typeof error === 'string' ? error : inspect(error);
}
