import type { OutOfMemoryError } from '@multiprocess/shared-memory';
import type { Codec } from '../wire/codec.js';
import type { Frame } from '../wire/frame.js';

/** Receives what a link delivers. */
export interface LinkListener {
  /** A frame from the server, valid during this call only. */
  onFrame(frame: Frame): void;
  /** There is no memory to send a frame that was posted. Returns what to send in its place. */
  onRefused(frame: Frame, error: OutOfMemoryError): readonly Frame[];
  /** No more frames will come. Called once. */
  onEnd(cause: unknown): void;
}

/** A connection to the server: frames in both directions, in order. */
export interface Link {
  readonly codec: Codec;
  /** Number of this client, which the server never gives again. */
  readonly number: number;
  /** Sends a copy of the frame soon; what is posted in one run of JavaScript is sent together. Never waits. */
  post(frame: Frame): void;
  /** Sends what was posted, as far as that is possible without waiting. */
  flush(): void;
  /**
   * Sends what was posted before it returns, so that it arrives before requests of other clients that learn of it. Blocks
   * only if the server is far behind.
   *
   * @throws {@link TimeoutError} if the server has not taken it in time; it is sent later.
   */
  deliver(): void;
  /** Receives in the background as long as `wanted()`, keeping the event loop alive, unless {@link unref} was called. */
  listen(wanted: () => boolean): void;
  /** Lets what is wanted keep the event loop alive, as it does from the start. */
  ref(): void;
  unref(): void;
  /** @throws {@link TypeError} if nothing can be received while the thread is blocked. */
  checkCanBlock(): void;
  /** Sends what was posted, and receives until `done()` or the end, blocking the thread. */
  runSync(done: () => boolean): void;
  /** Closes it. Does not call {@link LinkListener.onEnd}. Idempotent. */
  close(): void;
}
