import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { randomBytes } from '@multiprocess/shared-memory';

/** What a process knows about itself and about its parent. */
export interface Identity {
  name: string;
  /** Which child of which child: `[2, 1]` is the first of the second. Empty in the main process. */
  readonly path: readonly number[];
  readonly daemon: boolean;
  authkey: Uint8Array;
  readonly parent: { readonly pid: number; readonly name: string } | undefined;
  /** How many `Process` objects have been created here, in all threads. */
  readonly made: Int32Array;
}

// Kept where every thread of the process and every copy of this package finds it. A child of this package sets it before
// anything reads it; see child-start.ts.
const PLACE = '@multiprocess/process 1';

/** The identity of the calling process. */
export function identity(): Identity {
  const known = getEnvironmentData(PLACE) as unknown as Identity | undefined;
  if (known !== undefined) return known;
  return become({
    name: 'MainProcess',
    path: [],
    daemon: false,
    authkey: new Uint8Array(randomBytes(32)),
    parent: undefined,
  });
}

/** Sets the identity of the calling process. Call it before anything reads the identity. */
export function become(who: Omit<Identity, 'made'>): Identity {
  const self: Identity = { ...who, made: new Int32Array(new SharedArrayBuffer(4)) };
  setEnvironmentData(PLACE, self);
  return self;
}

/** The number of the next `Process` that is created here: 1, 2, … */
export function nextNumber(): number {
  return Atomics.add(identity().made, 0, 1) + 1;
}
