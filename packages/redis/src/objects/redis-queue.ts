import { untilEnd } from '@multiprocess/serialization';
import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkOptions,
  checkSignal,
  checkTimeout,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  within,
} from '@multiprocess/shared-memory';
import type { StoreJoinableQueue, StoreQueue, WaitOptions } from '@multiprocess/shared-memory';
import type { Argument } from '../link/link.js';
import { joinQueue, post, taskDone } from '../scripts/joinable-queue.js';
import { field } from '../scripts/objects.js';
import { drained, get, getEach, giveUpGet, giveUpLine, put, queueSize, shutDown } from '../scripts/queue.js';
import type { Call, Reply } from '../session/call.js';
import { firstItem, unpackItems } from '../scripts/packed.js';
import { registerObject } from './attach-object.js';
import { putting } from './putting.js';
import { RedisObject } from './redis-object.js';
import type { GiveUp } from './redis-object.js';
import { TurnBatch } from './turn-batch.js';

/** A script, and what it is given, for another client of the same server. */
export interface Posting {
  readonly source: string;
  readonly args: readonly Argument[];
}

/** The most items of one call of a script. */
const BATCH = 1000;

/**
 * A queue on Redis; made by {@link RedisStore.queue}. Fair on both sides. A cut connection loses no item; one that was handed to a
 * program that ends is lost.
 */
export class RedisQueue<T = unknown> extends RedisObject implements StoreQueue<T> {
  readonly #puts = new TurnBatch<Buffer, void>(this.core.session, BATCH, (items) => this.#putAtOnce(items));
  readonly #gets = new TurnBatch<undefined, readonly Call[]>(this.core.session, BATCH, ({ length }) =>
    this.beginMany(getEach, length, get, ['1', '1']),
  );

  protected readonly kind: string = 'Queue';

  /** @throws {@link HandleError} if it stands for something else. */
  static attach<T = unknown>(handle: string): RedisQueue<T> {
    return attachQueue(handle) as RedisQueue<T>;
  }

  async size(): Promise<number> {
    return Number((await this.request(queueSize, [])).body.toString());
  }

  async empty(): Promise<boolean> {
    return (await this.size()) === 0;
  }

  async full(): Promise<boolean> {
    const [size, maxsize] = await Promise.all([this.size(), this.maxsize()]);
    return maxsize !== 0 && size >= maxsize;
  }

  async maxsize(): Promise<number> {
    return Number((await this.request(field, ['p'])).body.toString());
  }

  /** Refuses all further puts; gets take the remaining items, unless `immediate` discards them. */
  async shutdown(options?: { readonly immediate?: boolean | undefined }): Promise<void> {
    const { immediate = false } = checkOptions(options, '{ immediate: true }', ['immediate']);
    await this.request(shutDown, [checkBoolean('immediate', immediate) ? '1' : '']);
  }

  /**
   * Puts a copy of the item at the end, waiting for room. When this returns, the item is in the server.
   *
   * @throws {@link QueueFullError} if there was no room in time. Nothing was put.
   * @throws {@link QueueShutDownError} if the queue has been shut down, also while this waits. Nothing was put.
   * @throws {@link OutOfMemoryError} if the server has no memory left. Nothing was put.
   * @throws {@link EngineConnectionError} if the server was away for too long. The message says whether the item may have been put.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was put.
   */
  async put(item: T, options?: WaitOptions): Promise<void> {
    // Without a limit it never waits.
    if (options === undefined && this.parameter === '0') await this.#puts.add(this.core.codec.encode(item)).reply;
    else await this.#put([this.core.codec.encode(item)], options);
  }

  putNowait(item: T): Promise<void> {
    return this.put(item, { timeout: 0 });
  }

  /**
   * Puts copies of all the items, in order, as there is room.
   *
   * @throws {@link QueueFullError} after a timeout; `itemsPut` says how many were put.
   * @throws what {@link put} throws
   */
  async putMany(items: readonly T[], options?: WaitOptions): Promise<void> {
    const encoded = checkArray('items', items).map((item) => this.core.codec.encode(item));
    if (encoded.length > 0) await this.#put(encoded, options);
  }

  /**
   * Takes the oldest item, waiting for one.
   *
   * @throws {@link QueueEmptyError} if there was none in time. Nothing was taken.
   * @throws {@link QueueShutDownError} if the queue has been shut down and is empty.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was taken.
   */
  async get(options?: WaitOptions): Promise<T> {
    const reply = await this.requestWait(get, ['1'], options, GIVE_UP_ONE, () => this.#beginGet());
    if (reply?.how !== '+') throw notGot(reply, options);
    return this.core.codec.decode(firstItem(reply.body)!) as T;
  }

  getNowait(): Promise<T> {
    return this.get({ timeout: 0 });
  }

  /** Takes what is there, up to `max` items and 1 MiB; waits for the first only. Throws what {@link get} throws. */
  async getMany(max: number, options?: WaitOptions): Promise<T[]> {
    const most = String(Math.min(checkInteger('max', max, { min: 1, unit: 'items' }), BATCH));
    const giveUp: GiveUp = { script: giveUpGet, args: (call) => [String(call.number), most] };
    const reply = await this.requestWait(get, [most], options, giveUp);
    if (reply?.how !== '+') throw notGot(reply, options);
    return unpackItems(reply.body).map((item) => this.core.codec.decode(item!) as T);
  }

  /**
   * Waits until everything that is in the queue now has been taken, or thrown away.
   *
   * @returns false after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  async drained(options?: WaitOptions): Promise<boolean> {
    const reply = await this.requestWait(drained, [], options, lineOf('d'));
    return reply?.how === '+';
  }

  /** Takes items until the queue is shut down and empty. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    return untilEnd(
      () => this.get(),
      (error) => error instanceof QueueShutDownError,
    );
  }

  async #beginGet(): Promise<Call> {
    const { index, reply } = this.#gets.add(undefined);
    return (await reply)[index]!;
  }

  /** Without a limit it never waits. */
  async #putAtOnce(items: readonly Argument[]): Promise<void> {
    if ((await this.request(put, ['1', ...items])).how === '!') throw shutError();
  }

  async #put(items: readonly Argument[], options: WaitOptions | undefined): Promise<void> {
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    for (let at = 0; at < items.length; at += BATCH) {
      const outcome = await putting(
        {
          begin: (script, args) => this.beginRequest(script, args),
          mustRepeat: (reply) => this.mustRepeat(reply),
          drop: (call) => this.core.session.drop(call),
        },
        items.slice(at, at + BATCH),
        { timeout, signal },
      );
      if (outcome === 'shut') throw shutError();
      if (outcome < Math.min(BATCH, items.length - at)) {
        throw new QueueFullError(`The queue had no room${within(timeout)}`, at + outcome);
      }
    }
  }
}

/**
 * A queue on Redis that knows when everything that was put has been processed; made by {@link RedisStore.joinableQueue}. What a program has taken, and not
 * reported as done when it ends, is given again: at least once, and perhaps twice.
 */
export class RedisJoinableQueue<T = unknown> extends RedisQueue<T> implements StoreJoinableQueue<T> {
  readonly #reports = new TurnBatch<undefined, number>(this.core.session, BATCH, ({ length }) => this.#report(length));

  protected override readonly kind: string = 'JoinableQueue';

  /** @throws {@link HandleError} if it stands for something else. */
  static override attach<T = unknown>(handle: string): RedisJoinableQueue<T> {
    return attachJoinable(handle) as RedisJoinableQueue<T>;
  }

  /**
   * Reports that an item has been processed: the oldest one that this program has taken and not reported.
   *
   * @throws {@link RangeError} if there were not as many.
   */
  async taskDone(): Promise<void> {
    const { index, reply } = this.#reports.add(undefined);
    if (index >= (await reply)) throw new RangeError('taskDone() was called more often than items were put');
  }

  /**
   * A put for another client of the same server to send, together with commands of its own. It replies with `+`, or with something else if the item was
   * not put. If it is sent twice, the item is there twice.
   *
   * @returns undefined if the store's puts wait for replicas
   * @internal
   */
  posting(item: T): Posting | undefined {
    this.checkOpen();
    const { minReplicas, prefix } = this.core.session.settings;
    if (minReplicas > 0) return undefined;
    return { source: post.compile(prefix).source, args: ['- 0', this.id, this.core.codec.encode(item)] };
  }

  /** Like so many calls of {@link taskDone}. @internal */
  async tasksDone(count: number): Promise<void> {
    await this.#report(count);
  }

  /**
   * Waits until all have been processed.
   *
   * @returns false after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  async join(options?: WaitOptions): Promise<boolean> {
    const reply = await this.requestWait(joinQueue, [], options, lineOf('j'));
    return reply?.how === '+';
  }

  /** @returns how many of the reports were about an item */
  async #report(count: number): Promise<number> {
    return Number((await this.request(taskDone, [String(count)])).body.toString());
  }
}

const GIVE_UP_ONE: GiveUp = { script: giveUpGet, args: (call) => [String(call.number), '1'] };

function shutError(): QueueShutDownError {
  return new QueueShutDownError('The queue has been shut down: nothing more can be put');
}

function notGot(reply: Reply | undefined, options: WaitOptions | undefined): Error {
  if (reply?.how === '!') return new QueueShutDownError('The queue has been shut down and is empty');
  return new QueueEmptyError(`The queue had no item${within(checkTimeout(options))}`);
}

function lineOf(letter: 'd' | 'j'): GiveUp {
  return { script: giveUpLine, args: (call) => [letter, String(call.number)] };
}

const attachQueue = registerObject('Queue', RedisQueue);
const attachJoinable = registerObject('JoinableQueue', RedisJoinableQueue);
