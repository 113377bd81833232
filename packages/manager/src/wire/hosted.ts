import type { SharedObject } from '@multiprocess/shared-memory';

/** Finds the objects of a server for their handles. */
interface HostedObjects {
  /** Name of the server in handles. */
  readonly server: string;
  /** @throws {@link HandleError} if the object is gone. */
  find(object: number): SharedObject;
}

// The server of this thread, if there is one: a handle of one of its objects becomes the object itself, not a proxy. The
// registry of kinds belongs to the thread, and so does this.
let hosted: HostedObjects | undefined;

/** Makes this thread the one in which these objects live. */
export function hostObjects(objects: HostedObjects): void {
  hosted = objects;
}

/** The object itself, if it lives in this thread. @throws {@link HandleError} if it is gone. */
export function hostedObject(server: string, object: number): SharedObject | undefined {
  return hosted?.server === server ? hosted.find(object) : undefined;
}
