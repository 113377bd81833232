import { isMainProcess, Lock, Pool, task } from 'multiprocess';
import type { Queue } from 'multiprocess';

// #region commonjs
export const square = task(module, function square(n: number) {
  return n * n;
});

async function main(): Promise<void> {
  const pool = new Pool();
  console.log(await pool.map(square, [1, 2, 3]));
  pool.terminate();
}

if (isMainProcess) void main();
// #endregion

export async function finallyClose(): Promise<void> {
  // #region finally
  const lock = new Lock({ name: 'report' });
  try {
    await lock.run(() => {
      console.log('one at a time'); // instead of `using held = await lock.hold()`
    });
  } finally {
    lock.close(); // instead of `using lock = …`
  }
  // #endregion
}

// #region types
interface Job {
  readonly file: string;
}

export const count = task(import.meta, async function count(jobs: Queue<Job>) {
  for await (const { file } of jobs) console.log(file); // a string: the compiler knows
});
// #endregion
