// Shown in the README. Compiled, so that it stays true.
import { setTimeout as sleep } from 'node:timers/promises';
import { task } from '@multiprocess/process';
import { Pool, reportProgress, taskSignal } from './index.js';

// #region cancel
const poll = task(import.meta, async function poll(url: string) {
  const signal = taskSignal(); // aborted together with the caller's
  for (;;) {
    await fetch(url, { signal });
    await sleep(1000, undefined, { signal });
  }
});

export async function pollForAWhile(pool: Pool, url: string): Promise<void> {
  await pool.apply(poll, [url], { signal: AbortSignal.timeout(5000) });
}
// #endregion

const square = task(import.meta, function square(x: number) {
  return x * x;
});

export async function squares(): Promise<void> {
  // #region map
  await using pool = new Pool({ processes: 4 });
  console.log(await pool.map(square, [1, 2, 3])); // [ 1, 4, 9 ]
  for await (const x of pool.imap(square, [4, 5])) console.log(x); // 16, then 25
  // #endregion
}

// #region progress
const sumUpTo = task(import.meta, function sumUpTo(n: number) {
  let sum = 0;
  for (let i = 1; i <= n; i++) {
    sum += i;
    if (i % 1_000_000 === 0) reportProgress(i / n);
  }
  return sum;
});

export async function sumAloud(pool: Pool): Promise<void> {
  const onProgress = (done: number): void => console.log(`${Math.round(100 * done)} %`);
  console.log(await pool.apply(sumUpTo, [10_000_000], { onProgress }));
}
// #endregion

export async function proxy(pool: Pool): Promise<void> {
  // #region proxy
  const url = new URL('./module.examples.js', import.meta.url);
  const texts = pool.proxy<typeof import('./module.examples.js')>(url);
  console.log(await texts.reversed('to be')); // be to; in a worker, with the types of the module's function
  // #endregion
}

export async function result(pool: Pool): Promise<void> {
  // #region result
  const result = pool.applyAsync(square, [7]);
  console.log(result.ready); // false: it is under way
  console.log(await result.get({ timeout: 1000 })); // 49; `await result` does the same
  // #endregion
}
