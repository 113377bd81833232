import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Worker } from 'node:worker_threads';
import type { BufferPool, Pool, SharedBuffer, SharedMemory } from 'multiprocess';
import { attach, Lock, Process, Queue, SharedMap, task } from 'multiprocess';

// #region once
/** Runs `job` in only one program of this user at a time; the others skip it. */
export async function unlessRunning(job: () => Promise<void>): Promise<boolean> {
  using lock = new Lock({ name: 'nightly-report' });
  if (!lock.tryAcquire()) return false;
  try {
    await job();
  } finally {
    lock.release();
  }
  return true;
}
// #endregion

// #region pressure
/** A producer that is never more than a hundred items ahead, with `new Queue({ maxsize: 100 })`. */
export async function produce(
  lines: AsyncIterable<string>,
  queue = new Queue<string>({ maxsize: 100 }),
): Promise<void> {
  for await (const line of lines) await queue.put(line); // waits for room
  queue.shutdown(); // consumers' loops end when they have taken the rest
}
// #endregion

// #region deadline
/** All items that arrive within a second. */
export async function collect(queue: Queue<string>): Promise<string[]> {
  const [items, signal] = [[] as string[], AbortSignal.timeout(1000)];
  try {
    for (;;) items.push(await queue.get({ signal }));
  } catch (error) {
    if (signal.aborted) return items; // the next item is still in the queue
    throw error;
  }
}
// #endregion

// #region image
export const blur = task(import.meta, function blur(image: SharedMemory, from: number, to: number) {
  const pixels = new Uint8ClampedArray(image.buffer, from, to - from);
  for (let i = 1; i < pixels.length; i++) pixels[i] = (pixels[i]! + pixels[i - 1]!) / 2;
});

export async function blurAll(image: SharedMemory, parts = 4): Promise<void> {
  const size = Math.ceil(image.size / parts);
  const workers = Array.from({ length: parts }, (_, part) => {
    const [from, to] = [part * size, Math.min((part + 1) * size, image.size)];
    return new Process({ target: blur, args: [image, from, to] }); // the memory is shared, not copied
  });
  for (const worker of workers) worker.start();
  for (const worker of workers) await worker.join();
}
// #endregion

// #region frames
/** First stage. `new BufferPool({ chunkSize: 1920 * 1080 * 4, chunks: 4 })` is made by the program that has all stages. */
export const capture = task(import.meta, async function capture(pool: BufferPool, frames: Queue<SharedBuffer>) {
  for (let number = 0; ; number++) {
    const frame = await pool.loan(); // waits while the stages behind have all chunks
    frame.as('u32').fill(number);
    await frames.put(frame); // handed over: only the next stage can use it now
  }
});

/** Last stage. */
export const view = task(import.meta, async function view(frames: Queue<SharedBuffer>) {
  for await (const frame of frames) {
    console.log(createHash('sha256').update(frame.bytes).digest('hex')); // native code reads the memory itself
    frame.close(); // the first stage can have it again
  }
});
// #endregion

// #region handles
/** Any way of passing a string passes an object. */
export function passAround(queue: Queue): void {
  spawn(process.execPath, ['other.mjs', queue.handle]);
  new Worker('./worker.mjs', { workerData: queue.handle });
}

/** In the other process or thread: */
export const received = () => attach(process.argv[2] ?? ''); // the same queue
// #endregion

// #region server
/** A server whose event loop never blocks, however long `answer`, a task, takes. Each request gets its own answer. */
export function serve(pool: Pool, answer: (url: string) => string | Promise<string>): Server {
  return createServer((request, response) => {
    if (pool.stats().queued > 1000) {
      response.writeHead(503).end(); // too many to be answered in time
      return;
    }
    pool
      .apply(answer, [request.url ?? '/'], { timeout: 5000 })
      .then((result) => response.end(result))
      .catch(() => response.writeHead(500).end());
  });
}
// #endregion

// #region ids
/** Asks workers that take requests from one queue and put answers into another, in any order: each answer has the number of its request. */
export class Desk {
  readonly #asked = new Map<number, (answer: string) => void>();
  readonly #jobs: Queue<[number, string]>;
  /** Resolves when the queue of results has been shut down; rejects if results cannot be read. */
  readonly ended: Promise<void>;
  #last = 0;

  constructor(jobs: Queue<[number, string]>, results: Queue<[number, string]>) {
    this.#jobs = jobs;
    this.ended = this.#deliver(results);
  }

  async ask(question: string): Promise<string> {
    const number = ++this.#last;
    const answered = new Promise<string>((resolve) => this.#asked.set(number, resolve));
    await this.#jobs.put([number, question]);
    return answered;
  }

  async #deliver(results: Queue<[number, string]>): Promise<void> {
    for await (const [number, text] of results) {
      this.#asked.get(number)?.(text);
      this.#asked.delete(number);
    }
  }
}
// #endregion

// #region producer
/** A named queue is removed with the last program that has it, so the producer waits until its items are taken. */
export async function putAndEnd(lines: Iterable<string>): Promise<void> {
  using queue = new Queue<string>({ name: 'lines' });
  await queue.putMany(lines);
  if (!(await queue.drained({ timeout: 60_000 }))) console.error('no program has taken all of them within a minute');
}

/** With create: false, this throws a HandleError if the producer has not started yet. Without it, the reader may start first and waits. */
export async function read(): Promise<string> {
  using queue = new Queue<string>({ name: 'lines', create: false });
  return await queue.get({ timeout: 1000 });
}
// #endregion

// #region cluster
/** A server on several processes, which share a cache: each page is rendered by one of them, once a minute at most. */
export function serveOnCluster(port: number, render: (path: string) => Promise<string>, workers = 4): void {
  const pages = new SharedMap<string, string>({ name: 'pages', maxEntries: 10_000, ttl: 60_000 });
  if (cluster.isPrimary) {
    for (let i = 0; i < workers; i++) cluster.fork();
    return; // the primary keeps the cache, also while a worker is replaced
  }
  createServer((request, response) => {
    pages.fetch(request.url ?? '/', render, { timeout: 5000 }).then(
      (page) => response.end(page),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(port);
}
// #endregion
