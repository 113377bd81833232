import type { OutOfMemoryError } from '@multiprocess/shared-memory';
import type { Codec } from '../wire/codec.js';

/** Learns what a link receives. */
export interface LinkListener {
  /** A frame from the server, which is good only during the call. */
  onFrame(bytes: Uint8Array): void;
  /** A frame that was posted cannot be sent, for want of memory. Returns what is to be sent in its place. */
  onRefused(frame: Uint8Array, error: OutOfMemoryError): readonly Uint8Array[];
  /** No frame will come any more. Called once. */
  onEnd(cause: unknown): void;
}

/** A way to the server: frames there and back, in order. */
export interface Link {
  readonly codec: Codec;
  /** Number of this client, which the server never gives again. Known once {@link ready} is. */
  readonly number: number;
  /** Sends a frame soon, together with others; what is sent in one run of JavaScript is one message. Never waits. */
  post(frame: Uint8Array): void;
  /** Sends what was posted now, as far as that can be done without waiting. */
  flush(): void;
  /**
   * Sends what was posted before it returns: no thread that learns of it otherwise can come before it. Blocks only where the
   * server is far behind.
   *
   * @throws {TimeoutError} If the server has not taken it in time; it is sent later.
   */
  deliver(): void;
  /** Receives in the background as long as `wanted()`, keeping the event loop alive, unless {@link unref} was called. */
  listen(wanted: () => boolean): void;
  /** Lets what is wanted keep the event loop alive, as it does from the start. */
  ref(): void;
  unref(): void;
  /** @throws {TypeError} If nothing can be received while the thread is blocked. */
  checkCanBlock(): void;
  /** Sends what was posted, and receives until `done()` or the end, blocking the thread. */
  runSync(done: () => boolean): void;
  /** Lets go of it. Does not call {@link LinkListener.onEnd}. Idempotent. */
  close(): void;
}
