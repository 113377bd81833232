import { task } from '@multiprocess/serialization';

export const double = task(
  import.meta,
  /** @param {number} n */ function double(n) {
    return 2 * n;
  },
);
