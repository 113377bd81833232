import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { randomBytes } from '@multiprocess/shared-memory';

/** What a process knows of itself and of the one that started it. */
export interface Identity {
  name: string;
  /** Which child of which child: `[2, 1]` is the first of the second. Empty in the main process. */
  readonly path: readonly number[];
  readonly daemon: boolean;
  authkey: Uint8Array;
  readonly parent: { readonly pid: number; readonly name: string } | undefined;
  /** How many processes have been made in here, shared by all threads. */
  readonly made: Int32Array;
}

// Kept where every thread of the process and every copy of this package finds it. Only one that is started as a child
// by this package finds something there before it has looked; see child-main.ts.
const PLACE = '@multiprocess/process 1';

/** Who the calling process is. */
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

/** Makes the calling process what it was started as. Before anything asks. */
export function become(who: Omit<Identity, 'made'>): Identity {
  const self: Identity = { ...who, made: new Int32Array(new SharedArrayBuffer(4)) };
  setEnvironmentData(PLACE, self);
  return self;
}

/** The number of the next process that is made here: 1, 2, … */
export function nextNumber(): number {
  return Atomics.add(identity().made, 0, 1) + 1;
}
