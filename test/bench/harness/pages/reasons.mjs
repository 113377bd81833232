/** @import { Reason } from './missed.mjs' */

const encoding = '[Encoding them](../../docs/design/queue.md#what-limits-small-objects)';
const memory =
  '[Fresh memory for what is received](../../docs/design/pipe.md#what-it-costs-and-what-it-does-not-reach)';

const imports = '[Reading the source, and running the packages](../../docs/design/loading.md#what-an-import-costs)';
const starts = '[What each start runs once, and cold](../../docs/design/process.md)';

/**
 * Why targets are missed, as Markdown, by the words of the target.
 *
 * @type {readonly Reason[]}
 */
export const reasons = [
  {
    question: 'sync-wake',
    says: 'a blocked waiter in another process goes on no later than in CPython, as a ratio',
    why: 'Both wait for the host to wake a processor; then more of V8 than of CPython has left the caches',
  },
  {
    question: 'sync-wake',
    says: 'an awaiting waiter in another process goes on at most twice as late as a waiter in CPython',
    why: 'As for a blocked one, and then its event loop has to be woken',
  },
  { question: 'queue-throughput', says: 'at least 1.5 M small objects a second', why: encoding },
  {
    question: 'queue-throughput',
    says: 'at least 4 times as many small objects as the best of Node’s own channels',
    why: encoding,
  },
  {
    question: 'map-readers',
    says: 'four read at least 0.8 times as often, while one writes, as the processors they have would alone',
    why: 'The writer needs a processor, too, and what it has written has to be decoded again by each reader',
  },
  {
    question: 'queue-round-trip',
    says: '1 MiB there and back at least 5 times as fast as by a Unix socket',
    why: memory,
  },
  {
    question: 'pipe-round-trip',
    says: 'a small object, sync: at most 4 µs',
    why: 'Encoding and decoding, the rings, and how long a store of one processor takes to be seen by the other',
  },
  { question: 'pipe-round-trip', says: '1 MiB, sync: at most a fifth of the time of a Unix socket', why: memory },
  { question: 'import', says: 'multiprocess, compiled anew: at most 25 ms more than nothing', why: imports },
  { question: 'import', says: 'multiprocess: at most 15 ms more than nothing', why: imports },
  { question: 'process-start', says: 'cold: at most 1.4 times bare Node', why: starts },
  { question: 'process-start', says: 'cold, Node 20: at most 1.25 times bare Node', why: starts },
  { question: 'process-start', says: 'prewarmed: at most 4 ms', why: starts },
  { question: 'pool-start', says: 'processes: at most 1.3 times as long as tinypool', why: starts },
  { question: 'pool-start', says: 'threads: at most 1.2 times as long as tinypool', why: starts },
  {
    question: 'lock-uncontended',
    says: 'acquireSync + release take at most 40 ns',
    why: 'The host was slow in this run, and CPython’s lock as well, as the ratio shows',
  },
  { question: 'pipe-in-flight', says: 'small objects, async: at least 900 000 a second', why: encoding },
  {
    question: 'pool-tasks',
    says: 'at least 350 000 no-op tasks a second, 256 in flight',
    why: '[Encoding them](../../docs/design/queue.md#what-limits-small-objects), and a promise for each; the host was slow in this run',
  },
  {
    question: 'pool-tasks',
    says: 'at least as many tasks with 64 KiB as piscina, threads',
    why: 'Less than the rounds of either differ by, a half and more of the median',
  },
  {
    question: 'sync-create',
    says: 'a SharedValue is made in 5 µs',
    why: 'The host was slow in this run, as for CPython’s',
  },
  {
    question: 'redis-locks',
    says: 'uncontended, a pair takes no longer than redis-semaphore’s, as a ratio',
    why: 'A script that knows sessions and waiters costs the server more than a bare `SET`',
  },
  {
    question: 'redis-locks',
    says: 'contended, at least as many pairs as redis-semaphore, as a ratio',
    why: '[A lock that goes round in order costs three wakes](../../docs/design/redis.md) a turn; one that is polled stays with one process for many turns',
  },
];
