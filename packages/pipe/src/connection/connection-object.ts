import {
  BufferTooShortError,
  ClosedError,
  describable,
  DESCRIBE,
  HAND_OVER,
  markAsUncloneable,
  notByNew,
  noteTransfer,
  SHARED_OBJECT,
  WAITABLE,
} from '@multiprocess/shared-memory';
import type {
  Coroutine,
  Describable,
  Description,
  HandsOver,
  SharedObject,
  Waitable,
} from '@multiprocess/shared-memory';
import { EndLease } from '../leases/end-lease.js';
import { releaseLost } from '../leases/lost-lease.js';
import { Peer } from '../sides/peer.js';
import type { End } from '../words/pipe-layout.js';
import { ReceivingSide } from '../sides/receiving-side.js';
import { SendingSide } from '../sides/sending-side.js';

/** What a connection is beside its messages: its lease of the end, its handle, and when it may send and receive. */
export abstract class ConnectionObject implements SharedObject, HandsOver, Waitable, Describable {
  readonly #lease: EndLease;
  readonly #sending: SendingSide | undefined;
  readonly #receiving: ReceivingSide | undefined;
  #isClosed = false;
  #isReadable: boolean;

  /** @internal */
  constructor(lease: EndLease) {
    if (!(lease instanceof EndLease))
      throw notByNew('A Connection', 'use Pipe.duplex() or Pipe.simplex(), which make two');
    const { end, pipe } = lease;
    const other = (1 - end) as End;
    const peer = new Peer(pipe, other);
    this.#lease = lease;
    const receives = pipe.rings === 2 || end === 0;
    const sends = pipe.rings === 2 || end === 1;
    if (receives) this.#receiving = new ReceivingSide(pipe.ring(end, peer.looking), peer, lease);
    if (sends) this.#sending = new SendingSide(pipe.ring(other, peer.looking), peer, lease);
    this.#isReadable = receives;
    dropped.register(lease, lease.lost, lease);
    markAsUncloneable(this);
  }

  static {
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
    describable(this.prototype);
  }

  /** Whether it was closed here. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** Whether messages can be received from it. Not after {@link close}. */
  get readable(): boolean {
    return this.#isReadable;
  }

  /** Whether messages can be sent to it. Not after {@link close}. */
  get writable(): boolean {
    return this.#sending !== undefined && !this.#isClosed;
  }

  /**
   * A string by which one process can attach to this end: take a new one for each process. Until that process has attached, this one
   * counts as a holder of the end; afterwards only if it uses the connection itself. Closing the connection invalidates the handle.
   */
  get handle(): string {
    this.#checkOpen();
    kept.add(this);
    return this.#lease.handle();
  }

  /** @internal */
  [HAND_OVER](): string {
    this.#checkOpen();
    const { handle, entry } = this.#lease.handOver();
    noteTransfer(entry);
    return handle;
  }

  /** @internal */
  [WAITABLE](): Coroutine<unknown> {
    return this.toReceive().becomingReady();
  }

  /** @internal */
  [DESCRIBE](): Description {
    return this.#isClosed ? { closed: true } : { readable: this.readable, writable: this.writable };
  }

  /** Lets pending calls keep the event loop alive, as they do from the start. */
  ref(): this {
    this.#receiving?.waiting.ref();
    this.#sending?.waiting.ref();
    return this;
  }

  /** Lets the process end although a call is pending. */
  unref(): this {
    this.#receiving?.waiting.unref();
    this.#sending?.waiting.unref();
    return this;
  }

  /**
   * Closes the end in this thread; what was sent can still be received. Pending calls throw `ClosedError`. Does not
   * wait. Idempotent.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isReadable = false;
    kept.delete(this);
    dropped.unregister(this.#lease);
    for (const side of [this.#receiving, this.#sending]) side?.waiting.dismiss(closedError);
    this.#lease.release();
  }

  /** Like {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** The message, unless it is too long: then nothing more is received here. */
  protected checkLength(message: Uint8Array<ArrayBuffer>, max: number): Uint8Array<ArrayBuffer> {
    if (message.length <= max) return message;
    this.#isReadable = false;
    if (!this.writable) this.close();
    throw new BufferTooShortError(`A message of ${message.length} bytes came, where at most ${max} may`, message);
  }

  /**
   * @throws {@link ClosedError} or {@link TypeError} if nothing can be sent here.
   * @internal
   */
  protected toSend(): SendingSide {
    this.#checkOpen();
    if (this.#sending === undefined) throw new TypeError('This connection only receives: send at the other end');
    this.#lease.use();
    return this.#sending;
  }

  /**
   * @throws {@link ClosedError} or {@link TypeError} if nothing can be received here.
   * @internal
   */
  protected toReceive(): ReceivingSide {
    this.#checkOpen();
    if (this.#receiving === undefined) throw new TypeError('This connection only sends: receive at the other end');
    if (!this.#isReadable)
      throw new TypeError('This connection receives nothing more: a message was longer than maxLength');
    this.#lease.use();
    return this.#receiving;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closedError();
  }
}

// State of the thread. Connections whose handle was taken are kept, since a process may be about to attach, until they are
// closed or the thread ends. An end that was dropped without close() is let go of when that is found out; what is watched
// is its lease, which pending calls refer to as well: a program that awaits a message need not keep the connection.
const kept = new Set<ConnectionObject>();
const dropped = new FinalizationRegistry(releaseLost);

function closedError(): ClosedError {
  return new ClosedError('This Connection has been closed here');
}
