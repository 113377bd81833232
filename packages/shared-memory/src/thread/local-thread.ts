import nodeProcess from 'node:process';
import { types } from 'node:util';
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';
import { AtomicsParker } from '../wait/atomics-parker.js';
import type { OwnerDescription, Thread } from '../wait/thread.js';

// Without a native part, the threads of one process share plain buffers, and mark their own ends: in a table with a word
// for each thread, 1 once it has ended. A worker that exits marks itself. One that was terminated is marked by the thread
// that started it, when that thread reads its messages. Workers inherit the table from the thread that starts them, or get
// it with the first handle.
const MAX_THREADS = 2 ** 16;
const KEY = '@multiprocess/ended-threads';

/** The calling thread, among the threads of this process only. */
class LocalThread implements Thread {
  /** Node gives no thread number twice. */
  readonly self = threadId + 1;
  readonly parker = new AtomicsParker();
  /** Which threads have ended; travels with handles. */
  readonly ended: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(ended: SharedArrayBuffer) {
    this.ended = ended;
    this.#words = new Int32Array(ended);
    if (!isMainThread) nodeProcess.once('exit', () => this.#mark(this.self));
    nodeProcess.on('worker', (worker) => {
      const owner = worker.threadId + 1;
      worker.once('exit', () => this.#mark(owner));
    });
  }

  isDead(owner: number): boolean {
    return owner <= 0 || owner >= this.#words.length || Atomics.load(this.#words, owner) !== 0;
  }

  describe(owner: number): OwnerDescription | undefined {
    return this.isDead(owner) ? undefined : { pid: process.pid, threadId: owner - 1 };
  }

  #mark(owner: number): void {
    if (owner < this.#words.length) Atomics.store(this.#words, owner, 1);
  }
}

// One a thread, made at the first use.
let local: LocalThread | undefined;

/** The calling thread. The first call registers it, with the table that came with a handle or an own one. */
export function localThread(ended?: SharedArrayBuffer): LocalThread {
  return (local ??= register(ended));
}

function register(given: SharedArrayBuffer | undefined): LocalThread {
  const inherited = getEnvironmentData(KEY);
  const ended = types.isSharedArrayBuffer(inherited) ? inherited : (given ?? new SharedArrayBuffer(MAX_THREADS * 4));
  setEnvironmentData(KEY, ended);
  return new LocalThread(ended);
}
