import type { SharedObject } from '@multiprocess/shared-memory';

/** The objects of a server, as handles that come home need them. */
interface HostedObjects {
  /** Name of the server in handles. */
  readonly server: string;
  /** @throws {HandleError} If the object is gone. */
  find(object: number): SharedObject;
}

// The server that runs in this thread, if one does. A handle of one of its objects must become the object itself, not a
// proxy to it. The registry of kinds belongs to the thread, and so does this.
let hosted: HostedObjects | undefined;

/** Makes this thread the one in which these objects live. */
export function hostObjects(objects: HostedObjects): void {
  hosted = objects;
}

/** The object itself, if it lives in this thread. @throws {HandleError} If it is gone. */
export function hostedObject(server: string, object: number): SharedObject | undefined {
  return hosted?.server === server ? hosted.find(object) : undefined;
}
