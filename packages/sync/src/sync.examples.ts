import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock, Semaphore } from './index.js';

const write = async (text: string): Promise<void> => {
  await Promise.resolve(text);
};

export async function lock(): Promise<void> {
  // #region lock
  using lock = new Lock({ name: 'report' });

  await lock.run(async () => {
    await write('one at a time, wherever');
  });

  if (await lock.acquire({ timeout: 500 })) {
    try {
      if (lock.ownerDied) await write('its last holder died with it: check what it left');
    } finally {
      lock.release();
    }
  }
  // #endregion
}

export async function guard(lock: Lock): Promise<void> {
  // #region guard
  {
    using held = await lock.hold({ timeout: 1000 }); // TimeoutError if it takes longer
    console.log('has the lock', held);
  } // gives it back here, also when something has thrown
  // #endregion
}

export async function rlock(): Promise<void> {
  // #region rlock
  using lock = new RLock();

  const append = (text: string): Promise<void> => lock.run(() => write(text));

  await lock.run(async () => {
    await append('takes it again,'); // since the caller has it
    await append('and gives it back as often');
  });
  // #endregion
}

const read = async (text: string): Promise<string> => Promise.resolve(text);

export async function rwlock(): Promise<void> {
  // #region rwlock
  using table = new RWLock({ name: 'table' });

  const rows = await table.readLock.run(() => read('any number of readers at a time'));

  await table.writeLock.run(async () => {
    if (table.ownerDied) await write('the last writer died with it: check what it left');
    await write(`one writer, and no reader meanwhile, after ${rows}`);
  });
  // #endregion
}

export async function semaphore(): Promise<void> {
  // #region semaphore
  using ready = new Semaphore({ value: 0 });

  const consumer = ready.acquire(); // as a rule in another process
  ready.release(); // any process may, once for each thing that is ready
  await consumer;
  // #endregion
}

export async function boundedSemaphore(): Promise<void> {
  // #region boundedSemaphore
  using downloads = new BoundedSemaphore({ value: 4, name: 'downloads' });

  {
    await using permit = await downloads.hold({ timeout: 10_000 });
    console.log(permit, 'at most four of these at a time, however many processes want it');
  } // back again; also if this process is killed before
  // #endregion
}

export async function condition(): Promise<void> {
  // #region condition
  using changed = new Condition();
  const todo: string[] = []; // as a rule in shared memory

  const worker = changed.run(async () => {
    await changed.waitFor(() => todo.length > 0);
    return todo.shift();
  });

  await changed.run(() => {
    todo.push('something');
    changed.notify();
  });
  console.log(await worker);
  // #endregion
}

export async function event(): Promise<void> {
  // #region event
  using stop = new Event();
  process.once('SIGINT', () => {
    stop.set();
  });

  while (!(await stop.wait({ timeout: 1000 }))) {
    console.log('once a second, until any process sets it');
  }
  // #endregion
}

export async function barrier(): Promise<void> {
  // #region barrier
  using start = new Barrier({ parties: 3, timeout: 10_000 });

  const takePart = async (): Promise<void> => {
    const place = await start.wait(); // until all three are there, in whatever processes
    if (place === 0) console.log('we begin');
  };
  await Promise.all([takePart(), takePart(), takePart()]);
  // #endregion
}

export async function block(): Promise<void> {
  // #region block
  using lock = new Lock();

  lock.acquireSync(); // blocks the thread, and its event loop: for programs without one, and for worker threads
  lock.release();

  await lock.acquire({ signal: AbortSignal.timeout(500) }); // throws the signal's reason; nothing was taken then
  lock.release();

  if (lock.tryAcquire()) lock.release(); // never waits
  // #endregion
}
