import { HandleError, parseHandle, registerKind } from '@multiprocess/shared-memory';
import { storeFor } from '../store/known-stores.js';
import { parseReference } from './reference.js';
import type { RedisObject, Target } from './redis-object.js';

/**
 * Makes a kind of objects known, so that their handles become live.
 *
 * @returns what attaches a handle of that kind, and of no other
 */
export function registerObject<O extends RedisObject>(
  kind: string,
  Class: new (target: Target) => O,
): (handle: string) => O {
  const name = `redis.Redis${kind}`;
  const attachReference = (reference: string): O => {
    const parsed = parseReference(reference);
    return new Class({ core: storeFor(parsed), id: parsed.id, store: parsed.store });
  };
  registerKind(name, attachReference);
  return (handle) => {
    const parsed = parseHandle(handle);
    if (parsed.kind !== name) throw new HandleError(`The handle stands for a ${parsed.kind}, not for a ${name}`);
    return attachReference(parsed.reference);
  };
}
