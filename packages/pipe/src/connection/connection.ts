import { RECV_BYTES, SEND_BYTES } from './connection-options.js';
import { decoded, decodedOnceImported, untilEnd } from '@multiprocess/serialization';
import type { Use } from '@multiprocess/serialization';
import {
  checkBlockingTimeout,
  checkInteger,
  checkSignal,
  checkTimeout,
  EOFError,
  registerKind,
  registerReceivers,
} from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { byteRange, bytesOf } from './byte-range.js';
import type { Bytes } from './byte-range.js';
import type {
  RecvBytesOptions,
  RecvBytesSyncOptions,
  SendBytesOptions,
  SendBytesSyncOptions,
} from './connection-options.js';
import { ConnectionObject } from './connection-object.js';
import { EndLease } from '../leases/end-lease.js';
import { lookAtPipe } from '../words/look-at-pipe.js';
import { copyBytesOf, ownBytesOf } from '../sides/message-bytes.js';
import { hasReceiver, KIND } from '../words/pipe-segment.js';

/**
 * One end of a pipe: sends to the other end, and receives from there.
 *
 * What is sent is copied before the call returns. A message arrives whole or not at all, whatever happens to its sender, and in
 * order; several processes and threads may share an end, and each message goes to one of them. Not fair among
 * processes and threads; calls of one thread that await are served in the order they came.
 *
 * An end is held by every thread that has a connection to it and has not closed it, until it ends. One that was given to
 * another process (in a message, as an argument, by its handle) and has not been used here does not count as held here.
 *
 * @example Until the end
 * ```ts source="../pipe.examples.ts#iterate"
 * const [receiver, sender] = Pipe.simplex();
 * sender.sendSync('one');
 * sender.sendSync('two');
 * sender.close();
 * for await (const message of receiver) console.log(message); // until every process has closed the sending end
 * ```
 *
 * @example Bytes
 * ```ts source="../pipe.examples.ts#bytes"
 * const [a, b] = Pipe.duplex();
 * await a.sendBytes(new Uint8Array([1, 2, 3, 4]), { offset: 1, size: 2 });
 * const buffer = new Uint8Array(1024);
 * const length = await b.recvBytesInto(buffer);
 * console.log(buffer.subarray(0, length)); // [2, 3]
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Connection | Python's Connection}
 */
export class Connection<Send = unknown, Receive = unknown> extends ConnectionObject implements AsyncIterable<Receive> {
  /**
   * A new connection to the end that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, no living process has it, or 240 connections hold it already.
   */
  static attach<Send = unknown, Receive = unknown>(handle: string): Connection<Send, Receive> {
    return new Connection(EndLease.of(handle));
  }

  /**
   * Sends a copy of the value, waiting for room.
   *
   * @throws {@link SerializationError} if it cannot be serialized. Nothing was sent.
   * @throws {@link BrokenPipeError} if the other end is closed everywhere. Nothing was sent.
   * @throws {@link TimeoutError} if there was no room in time. Nothing was sent.
   * @throws {@link OutOfMemoryError} if it has more than half a gibibyte, or shared memory is full. Nothing was sent.
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link TypeError} if the connection only receives.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was sent.
   */
  async send(value: Send, options?: WaitOptions): Promise<void> {
    const side = this.toSend();
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    return side.send(value, timeout, signal);
  }

  /** Like {@link send}, but blocks the thread, and with it the event loop. */
  sendSync(value: Send, options?: BlockOptions): void {
    const side = this.toSend();
    side.sendSync(value, checkBlockingTimeout(options));
  }

  /**
   * Receives the next message, waiting for one.
   *
   * @throws {@link EOFError} if everything was received and the other end is closed everywhere.
   * @throws {@link TimeoutError} if none came in time. Nothing was taken.
   * @throws {@link SerializationError} if the message cannot be deserialized here. It is lost.
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link TypeError} if the connection only sends.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was taken.
   */
  async recv(options?: WaitOptions): Promise<Receive> {
    return this.toReceive().receive(
      decodedOnceImported,
      checkTimeout(options),
      checkSignal(options),
    ) as Promise<Receive>;
  }

  /** Like {@link recv}, but blocks the thread, and with it the event loop. */
  recvSync(options?: BlockOptions): Receive {
    return this.toReceive().receiveSync(decoded, checkBlockingTimeout(options)) as Receive;
  }

  /**
   * Whether a message can be received, or the end: then {@link recv} does not wait, unless another process that shares
   * this end is faster. Waits only if there is a `timeout`, and then at most so long. Takes nothing.
   *
   * @returns false after a timeout
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link TypeError} if the connection only sends.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  async poll(options?: WaitOptions): Promise<boolean> {
    const side = this.toReceive();
    return side.poll(pollTimeout(checkTimeout(options), options), checkSignal(options));
  }

  /** Like {@link poll}, but blocks the thread for as long as it waits. */
  pollSync(options?: BlockOptions): boolean {
    const side = this.toReceive();
    return side.pollSync(pollTimeout(checkBlockingTimeout(options), options));
  }

  /**
   * Sends bytes as they are, as one message, which may be empty. Throws what {@link send} throws.
   *
   * @throws {@link TypeError} if `bytes` is something else, a string for example.
   * @throws {@link RangeError} if `offset` and `size` do not lie within it.
   */
  async sendBytes(bytes: Bytes, options?: SendBytesOptions): Promise<void> {
    const side = this.toSend();
    const timeout = checkTimeout(options, SEND_BYTES);
    const signal = checkSignal(options);
    return side.sendBytes(byteRange(bytesOf('bytes', bytes), options?.offset, options?.size), timeout, signal);
  }

  /** Like {@link sendBytes}, but blocks the thread. */
  sendBytesSync(bytes: Bytes, options?: SendBytesSyncOptions): void {
    const side = this.toSend();
    const timeout = checkBlockingTimeout(options, SEND_BYTES);
    side.sendBytesSync(byteRange(bytesOf('bytes', bytes), options?.offset, options?.size), timeout);
  }

  /**
   * Receives the next message as bytes, a copy of its own; of a value, those that `serialize()` gives. Throws what
   * {@link recv} throws.
   *
   * @throws {@link BufferTooShortError} if it has more than `maxLength`; it carries the message. The sender is not
   * trusted from then on: nothing can be received here, and a connection that only receives is closed.
   */
  async recvBytes(options?: RecvBytesOptions): Promise<Uint8Array<ArrayBuffer>> {
    const max = checkMaxLength(options?.maxLength);
    return this.checkLength(
      await this.toReceive().receive(owned, checkTimeout(options, RECV_BYTES), checkSignal(options)),
      max,
    );
  }

  /** Like {@link recvBytes}, but blocks the thread. */
  recvBytesSync(options?: RecvBytesSyncOptions): Uint8Array<ArrayBuffer> {
    const max = checkMaxLength(options?.maxLength);
    return this.checkLength(this.toReceive().receiveSync(owned, checkBlockingTimeout(options, RECV_BYTES)), max);
  }

  /**
   * Receives the next message into `target`, from its byte `offset` on. Throws what {@link recv} throws.
   *
   * @returns how many bytes it has
   * @throws {@link BufferTooShortError} if it has more than there is room for; it carries the message, and `target` is as it was.
   */
  async recvBytesInto(target: Bytes, offset = 0, options?: WaitOptions): Promise<number> {
    return this.toReceive().receive(into(target, offset), checkTimeout(options), checkSignal(options));
  }

  /** Like {@link recvBytesInto}, but blocks the thread. */
  recvBytesIntoSync(target: Bytes, offset = 0, options?: BlockOptions): number {
    return this.toReceive().receiveSync(into(target, offset), checkBlockingTimeout(options));
  }

  /** Receives until the end. */
  [Symbol.asyncIterator](): AsyncGenerator<Receive, void, void> {
    return untilEnd(
      () => this.recv(),
      (error) => error instanceof EOFError,
    );
  }
}

registerKind(KIND, (reference) => new Connection(EndLease.attach(reference, KIND)), lookAtPipe);
registerReceivers(KIND, hasReceiver);

const owned: Use<Uint8Array<ArrayBuffer>> = (item, { codec }) => ownBytesOf(item, codec);

function into(target: Bytes, offset: number): Use<number> {
  const room = byteRange(bytesOf('target', target), offset);
  return (item, { codec }) => copyBytesOf(item, codec, room);
}

function checkMaxLength(maxLength: number | undefined): number {
  return maxLength === undefined ? Infinity : checkInteger('maxLength', maxLength, { unit: 'bytes' });
}

/** Unlike other waits, this one does not wait unless it is told how long. */
function pollTimeout(timeout: number, options: WaitOptions | undefined): number {
  return options?.timeout === undefined ? 0 : timeout;
}
