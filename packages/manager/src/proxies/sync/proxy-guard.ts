import { Held } from '@multiprocess/shared-memory';

/** Something held in a manager. It is given back at the end of an `await using` block, and only once. */
export class ProxyGuard extends Held {}
