import { attachMemory, parseHandle, registerKind } from '@multiprocess/shared-memory';
import type { Look, ObjectMemory, SharedObject } from '@multiprocess/shared-memory';

/** The memory that a handle of that kind stands for. Throws what `attachMemory` throws. */
export function attachHandle(handle: string, kind: string): ObjectMemory {
  const { kind: claimed, reference } = parseHandle(handle);
  return attachMemory(reference, kind, claimed);
}

/** Registers a class that is made of the memory of its object. */
export function registerClass(kind: string, Class: new (memory: ObjectMemory) => SharedObject, look: Look): void {
  registerKind(kind, (reference) => new Class(attachMemory(reference, kind)), look);
}
