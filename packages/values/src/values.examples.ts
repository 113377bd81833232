import { ShareableList, SharedArray, SharedValue } from './index.js';

export function count(): void {
  // #region count
  const hits = new SharedValue('i32', 0);
  hits.add(1); // exact, however many processes do it

  hits.lock.runSync(() => {
    hits.value = hits.value * 2; // two operations, but one for all that take the lock
  });
  // #endregion
}

export function array(): void {
  // #region array
  const samples = new SharedArray('f64', 1000);
  samples.array.fill(0.5); // a Float64Array over shared memory
  samples.set(-1, 2); // checked, atomic; negative indexes count from the end
  // #endregion
}

export function list(): void {
  // #region list
  using progress = new ShareableList(['parsing', 0, null], { name: 'progress' });
  progress.set(1, 0.5);
  progress.set(2, 'done');
  console.log([...progress]); // [ 'parsing', 0.5, 'done' ]
  // #endregion
}
