import { types } from 'node:util';
import { decode, encode, importNeeded, untilEnd } from '@multiprocess/serialization';
import {
  argumentError,
  BrokenPipeError,
  BufferTooShortError,
  checkInteger,
  checkOptions,
  checkSignal,
  checkTimeout,
  ClosedError,
  describable,
  DESCRIBE,
  EOFError,
  notByNew,
  notSent,
  OutOfMemoryError,
  TimeoutError,
  WAIT_OPTIONS,
} from '@multiprocess/shared-memory';
import type { Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { drained } from './drained.js';
import { FramedSocket } from './framed-socket.js';
import { Inbox } from './inbox.js';

/** With this many messages that have not been received, the other side has to wait. */
const MAX_WAITING = 1024;
/** The longest message. */
const SEND_BYTES = [...WAIT_OPTIONS, 'offset', 'size'] as const;
const RECV_BYTES = [...WAIT_OPTIONS, 'maxLength'] as const;

export const MAX_MESSAGE_BYTES = 2 ** 28;

/** Which part of the bytes to send. */
export interface SendBytesOptions extends WaitOptions {
  /** Where they start, in bytes. Default: 0. */
  readonly offset?: number | undefined;
  /** How many. Default: all from `offset` on. */
  readonly size?: number | undefined;
}

/** How long a message may be. */
export interface RecvBytesOptions extends WaitOptions {
  /** Bytes. A longer one is a `BufferTooShortError`, which has it; the connection goes on. Default: any. */
  readonly maxLength?: number | undefined;
}

/**
 * One end of a connection over a socket, with the async methods of `Connection`: values, or bytes as they are. {@link Listener}
 * has an example.
 *
 * What was sent arrives in order, or not at all once the other side is gone. Several callers may send or receive at a
 * time: messages never mix.
 */
export class SocketConnection implements AsyncDisposable, Disposable, AsyncIterable<unknown>, Describable {
  readonly #socket: FramedSocket;
  readonly #inbox = new Inbox<Uint8Array>();
  /** The other side's address; undefined for a Unix socket. */
  readonly peer: string | undefined;
  #closed = false;

  /** @internal */
  constructor(socket: FramedSocket, peer: string | undefined) {
    if (!(socket instanceof FramedSocket))
      throw notByNew('A SocketConnection', 'use await Client.connect(), or accept() of a Listener');
    this.#socket = socket;
    this.peer = peer;
    socket.maxBytes = MAX_MESSAGE_BYTES;
    socket.receive(
      (frame) => {
        this.#inbox.put(frame);
        if (this.#inbox.size >= MAX_WAITING) socket.pause();
      },
      (cause) => {
        this.#inbox.end(() =>
          this.#closed
            ? new ClosedError('This connection has been closed here')
            : new EOFError('The other side has closed the connection, or died', { cause }),
        );
      },
    );
  }

  static {
    describable(this.prototype);
    notSent(this.prototype, 'it stays where it was made. Let the other connect: await Client.connect({ address })');
  }

  /** Whether it was closed here. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether messages can be received from it, which holds until it is closed here. */
  get readable(): boolean {
    return !this.#closed;
  }

  /** Whether messages can be sent to it, as far as is known here. */
  get writable(): boolean {
    return !this.#closed && this.#socket.socket.writable;
  }

  /**
   * Sends a copy of the value, waiting while the other side does not receive what was sent before.
   *
   * @throws {@link SerializationError} if it cannot be serialized. Nothing was sent.
   * @throws {@link BrokenPipeError} if the other side is gone.
   * @throws {@link TimeoutError} after a timeout. Nothing was sent.
   * @throws {@link OutOfMemoryError} if it has more than 256 MiB. Nothing was sent.
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was sent.
   */
  async send(value: unknown, options?: WaitOptions): Promise<void> {
    this.#checkOpen();
    const frame = new Uint8Array(encode(value));
    checkFits('message', frame.length);
    await this.#sendFrame(frame, options);
  }

  /**
   * Receives the next message, waiting for one. Callers are served in the order they came.
   *
   * @throws {@link EOFError} if everything was received and the other side is gone.
   * @throws {@link TimeoutError} if none came in time. Nothing was taken.
   * @throws {@link SerializationError} if the message cannot be deserialized here. It is lost.
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was taken.
   */
  async recv(options?: WaitOptions): Promise<unknown> {
    const bytes = await this.#next(options);
    const needed = importNeeded(bytes);
    if (needed !== undefined) await needed;
    return decode(bytes, { owned: false });
  }

  /**
   * Whether a message can be received, or the end. Waits only if there is a `timeout`, and then at most so long. Takes
   * nothing.
   *
   * @returns false after a timeout
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  async poll(options?: WaitOptions): Promise<boolean> {
    this.#checkOpen();
    const { timeout = 0, ...others } = checkOptions(options, '{ timeout: 500 }', WAIT_OPTIONS);
    try {
      this.#inbox.unshift(await this.#inbox.take({ ...others, timeout }, 'Nothing to receive'));
      return true;
    } catch (error) {
      if (error instanceof TimeoutError) return false;
      if (error instanceof EOFError) return true;
      throw error;
    }
  }

  /**
   * Sends bytes as they are, or a part of them, as one message. Waits and throws as {@link send} does.
   *
   * @throws {@link TypeError} if `bytes` is not a `Uint8Array`.
   * @throws {@link RangeError} if `offset` and `size` do not lie within it.
   */
  async sendBytes(bytes: Uint8Array, options: SendBytesOptions = {}): Promise<void> {
    this.#checkOpen();
    checkBytes('bytes', bytes);
    const { offset = 0, size } = checkOptions(options, '{ offset: 4 }', SEND_BYTES);
    const { length } = bytes;
    checkInteger('offset', offset, { max: length, unit: 'bytes' });
    const end =
      size === undefined ? length : offset + checkInteger('size', size, { max: length - offset, unit: 'bytes' });
    checkFits('message', end - offset);
    await this.#sendFrame(bytes.slice(offset, end), options, SEND_BYTES);
  }

  /**
   * Receives the next message as bytes. Waits and throws as {@link recv} does.
   *
   * @throws {@link BufferTooShortError} if it is longer than `maxLength`; the error has it.
   */
  async recvBytes(options: RecvBytesOptions = {}): Promise<Uint8Array> {
    const { maxLength = Infinity } = checkOptions(options, '{ maxLength: 65536 }', RECV_BYTES);
    if (maxLength !== Infinity) checkInteger('maxLength', maxLength, { unit: 'bytes' });
    const bytes = new Uint8Array(await this.#next(options, RECV_BYTES));
    if (bytes.length <= maxLength) return bytes;
    throw new BufferTooShortError(`The message has ${bytes.length} bytes, and ${maxLength} are the most`, bytes);
  }

  /**
   * Receives the next message into `target`, from its byte `offset` on. Waits and throws as {@link recv} does.
   *
   * @returns how many bytes it has
   * @throws {@link BufferTooShortError} if it does not fit; the error has it, and `target` is as it was.
   */
  async recvBytesInto(target: Uint8Array, offset = 0, options: WaitOptions = {}): Promise<number> {
    checkBytes('target', target);
    checkInteger('offset', offset, { max: target.length, unit: 'bytes' });
    const bytes = new Uint8Array(await this.#next(options, RECV_BYTES));
    if (bytes.length > target.length - offset) {
      throw new BufferTooShortError(
        `The message has ${bytes.length} bytes, and there is room for ${target.length - offset}`,
        bytes,
      );
    }
    target.set(bytes, offset);
    return bytes.length;
  }

  /** Receives values until the other side is gone. */
  [Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    return untilEnd(
      () => this.recv(),
      (error) => error instanceof EOFError,
    );
  }

  /** @internal */
  [DESCRIBE](): Description {
    if (this.#closed) return { peer: this.peer, closed: true };
    return { peer: this.peer, readable: this.readable, writable: this.writable, received: this.#inbox.size };
  }

  /** Lets it keep the event loop alive, as it does from the start. */
  ref(): this {
    this.#socket.socket.ref();
    return this;
  }

  /** Lets the process end although the connection is open. */
  unref(): this {
    this.#socket.socket.unref();
    return this;
  }

  /** Closes this end; what was sent still arrives. Pending calls throw `ClosedError`. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#inbox.clear();
    this.#inbox.end(() => new ClosedError('This connection has been closed here'));
    this.#socket.resume();
    this.#socket.end();
    // What the other side still sends is not wanted, and must not keep the socket half open.
    this.#socket.receive(
      () => undefined,
      () => undefined,
    );
    this.#socket.socket.once('finish', () => {
      this.#socket.destroy();
    });
  }

  /** Like {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Like {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  async #next(options: WaitOptions | undefined, known?: readonly string[]): Promise<Uint8Array> {
    this.#checkOpen();
    const frame = await this.#inbox.take(options, 'Nothing arrived', known);
    if (this.#inbox.size < MAX_WAITING / 2) this.#socket.resume();
    return frame;
  }

  async #sendFrame(frame: Uint8Array, options: WaitOptions | undefined, known?: readonly string[]): Promise<void> {
    const timeout = checkTimeout(options, known);
    const signal = checkSignal(options);
    if (this.#socket.socket.writableNeedDrain) await drained(this.#socket, timeout, signal);
    this.#checkOpen();
    if (this.#socket.isEnded) throw this.#broken();
    this.#socket.send(frame);
  }

  #broken(): BrokenPipeError {
    return new BrokenPipeError('The other side of the connection is gone', { cause: this.#socket.cause });
  }

  #checkOpen(): void {
    if (this.#closed) throw new ClosedError('This connection has been closed here');
  }
}

/** @throws {@link OutOfMemoryError} if it is too long for a socket. */
export function checkFits(what: 'message' | 'request', byteLength: number): void {
  if (byteLength <= MAX_MESSAGE_BYTES) return;
  throw new OutOfMemoryError(
    `A ${what} of ${byteLength} bytes never fits: the largest over a socket has ${MAX_MESSAGE_BYTES}`,
  );
}

function checkBytes(name: string, value: unknown): void {
  if (!types.isUint8Array(value)) throw argumentError(name, 'a Uint8Array', value);
}
