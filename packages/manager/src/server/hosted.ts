import type { Managed } from './managed.js';
import type { Objects } from './objects.js';

// The objects of the server that runs in this process, if one does: a handle that comes home must become the object
// itself, not a proxy to it. The registry of kinds is one a thread, and so is this.
let hosted: Objects | undefined;

/** Makes this thread the one in which these objects live. */
export function hostObjects(objects: Objects): void {
  hosted = objects;
}

/** The object itself, if it lives in this very thread. @throws {HandleError} If it is gone. */
export function hostedObject(server: string, object: number): Managed | undefined {
  return hosted?.server === server ? hosted.find(object) : undefined;
}
