import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import type { BufferPool, Pool, SharedBuffer, SharedMemory } from 'multiprocess';
import { attach, Lock, Manager, Process, Queue, SharedMap, task } from 'multiprocess';

// #region progress
const primesFrom = task(import.meta, function primesFrom(from: number): number {
  let primes = 0;
  for (let n = from; n < from + 10_000; n++) {
    let isPrime = n > 1;
    for (let d = 2; isPrime && d * d <= n; d++) isPrime = n % d !== 0;
    if (isPrime) primes++;
  }
  return primes;
});

export async function countPrimes(pool: Pool, below: number): Promise<number> {
  const starts = Array.from({ length: below / 10_000 }, (_, i) => i * 10_000);
  const counts = await pool.map(primesFrom, starts, {
    chunksize: 1, // onProgress is called after each chunk
    onProgress: (done, total) => {
      const width = Math.round((40 * done) / total);
      process.stderr.write(`\r[${'#'.repeat(width).padEnd(40)}] ${done}/${total}`);
    },
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
// #endregion

// #region stream
const checksum = task(import.meta, async function checksum(path: string): Promise<string> {
  return `${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}  ${path}\n`;
});

/** Reads the paths no faster than the file takes the lines: at most 16 are ahead, however many there are. */
export async function writeChecksums(pool: Pool, paths: AsyncIterable<string>, file: string): Promise<void> {
  await pipeline(pool.imap(checksum, paths, { window: 16 }), createWriteStream(file));
}
// #endregion

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

// #region limit
/** At most `limit` requests of a caller in a minute, whichever worker they reach. */
export function serveLimited(port: number, limit = 100, workers = 4): void {
  const requests = new SharedMap<string, number>({ name: 'requests', maxEntries: 100_000, ttl: 60_000 });
  if (cluster.isPrimary) {
    for (let i = 0; i < workers; i++) cluster.fork();
    return;
  }
  createServer((request, response) => {
    const count = requests.increment(request.socket.remoteAddress ?? ''); // exact; its minute begins with the first
    response.writeHead(count <= limit ? 200 : 429).end();
  }).listen(port);
}
// #endregion

// #region remote
export class Stock {
  readonly #left = new Map([['apples', 10]]);

  take(article: string, count: number): number {
    const left = (this.#left.get(article) ?? 0) - count;
    if (left < 0) throw new RangeError(`There are not ${count} ${article}`);
    this.#left.set(article, left);
    return left;
  }
}

const stock = new Stock();
export function theStock(): Stock {
  return stock; // the same one for all clients
}

/** The server. The key is some random bytes that only these programs have: `openssl rand -base64 32`. */
export async function serveStock(authkey: Uint8Array): Promise<void> {
  const tls = { key: await readFile('server.key'), cert: await readFile('server.crt') };
  const manager = await Manager.start({ address: 'tcp://0.0.0.0:7000', authkey, tls });
  manager.register(import.meta, theStock);
  manager.ref(); // goes on until a signal ends it
}

/** A client, on any host. */
export async function takeApples(authkey: Uint8Array): Promise<number> {
  const tls = { ca: await readFile('server.crt') }; // the certificate, if it is the server's own; its names are checked
  await using manager = await Manager.connect({ address: 'tcp://stock.example:7000', authkey, tls });
  return await manager.create<Stock>('theStock').take('apples', 3); // its RangeError arrives as one
}
// #endregion
