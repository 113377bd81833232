import { setTimeout as sleep } from 'node:timers/promises';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from './index.js';

const rebuild = (): Promise<void> => sleep(1);

export async function locks(): Promise<void> {
  // #region lock
  using lock = new Lock({ name: 'report' }); // any program of this user that says the same name has the same lock

  await lock.run(rebuild); // one at a time, wherever
  if (await lock.acquire({ timeout: 500 })) {
    if (lock.ownerDied) console.log('whoever had it was killed: look whether the report is whole');
    lock.release();
  }
  // #endregion
}

export async function guards(lock: Lock): Promise<void> {
  // #region guard
  {
    using held = await lock.hold({ timeout: 1000 }); // TimeoutError if it takes longer
    console.log('has the lock', held);
  } // gives it back here, also when something has thrown
  // #endregion
}

export async function reentrant(): Promise<void> {
  // #region rlock
  using lock = new RLock();
  const save = (): Promise<void> => lock.run(rebuild);

  await lock.run(async () => {
    await save(); // takes it once more, and gives it back once
  });
  // #endregion
}

export async function permits(urls: string[]): Promise<void> {
  // #region semaphore
  using slots = new Semaphore({ value: 3 });
  await Promise.all(urls.map((url) => slots.run(() => fetch(url)))); // three at a time, in all processes together
  slots.release(2); // from now on five: anyone may raise it
  // #endregion
}

export async function owned(): Promise<void> {
  // #region bounded
  using licences = new BoundedSemaphore({ name: 'licences', value: 2 });
  using licence = await licences.hold(); // comes back also if this process is killed
  console.log('works with', licence);
  // #endregion
}

export async function events(): Promise<void> {
  // #region event
  using ready = new Event();
  setTimeout(() => {
    ready.set(); // as a rule in another process
  }, 10);
  console.log(await ready.wait({ timeout: 5000 })); // true: it was set in time
  // #endregion
}

export async function conditions(isThere: () => boolean): Promise<void> {
  // #region condition
  using changed = new Condition();
  await changed.run(async () => {
    await changed.waitFor(isThere); // gives the lock back while it waits, has it again when it returns
  });

  await changed.run(() => {
    changed.notifyAll(); // elsewhere, by whoever has changed something
  });
  // #endregion
}

export async function barriers(): Promise<void> {
  // #region barrier
  using finished = new Barrier({ parties: 2 });
  const party = async (name: string): Promise<void> => {
    if ((await finished.wait()) === 0) console.log(`all are there; ${name} tidies up`); // one of them, whichever came first
  };
  await Promise.all([party('one'), party('two')]); // as a rule in two processes
  // #endregion
}
