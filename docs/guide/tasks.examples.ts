import { task } from 'multiprocess';

// #region square
export const square = task(import.meta, function square(n: number) {
  return n * n;
});
// #endregion
