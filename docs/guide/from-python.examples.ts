import type { Lock } from 'multiprocess';

export async function example(lock: Lock): Promise<void> {
  // #region with
  // with lock: ...
  await lock.run(async () => {
    /* one at a time */
  });

  // if lock.acquire(timeout=0.5): ...
  if (await lock.acquire({ timeout: 500 })) lock.release();

  // lock.acquire(); try: ... finally: lock.release()
  {
    using held = lock.holdSync(); // blocks, as Python's does; released at the end of the block
    console.log('held', held);
  }
  // #endregion
}
