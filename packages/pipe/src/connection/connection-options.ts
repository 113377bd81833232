import { WAIT_OPTIONS } from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';

/** Which bytes to send. */
export interface ByteRangeOptions {
  /** Where they start, in bytes. Default: 0. */
  readonly offset?: number | undefined;
  /** How many. Default: all from `offset` on. */
  readonly size?: number | undefined;
}

/** How to send bytes. */
export type SendBytesOptions = ByteRangeOptions & WaitOptions;

/** How to send bytes, blocking. */
export type SendBytesSyncOptions = ByteRangeOptions & BlockOptions;

/** How long a message may be. */
export interface LengthOptions {
  /** Maximum bytes of a message. After a longer one nothing more is received here. Default: no limit. */
  readonly maxLength?: number | undefined;
}

/** How to receive bytes. */
export type RecvBytesOptions = LengthOptions & WaitOptions;

/** How to receive bytes, blocking. */
export type RecvBytesSyncOptions = LengthOptions & BlockOptions;

/** The names of the options of `sendBytes()`. */
export const SEND_BYTES = [...WAIT_OPTIONS, 'offset', 'size'];

/** The names of the options of `recvBytes()`. */
export const RECV_BYTES = [...WAIT_OPTIONS, 'maxLength'];
