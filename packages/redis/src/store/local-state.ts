import type { LockContext } from '@multiprocess/sync';
import type { Hold } from './hold.js';

/** What this thread knows of an object of the server, for all of its proxies here. */
export class LocalState {
  /** How many proxies there are. */
  proxies = 0;
  /** The hold of a lock, as long as this session has it. */
  hold: Hold | undefined;
  /** Of a lock that may be taken again: which async contexts have it, which number holds it, and how often. */
  context: LockContext | undefined;
  holdingContext: number | undefined;
  times = 0;
}
