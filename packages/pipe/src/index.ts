export type { Bytes } from './byte-range.js';
export type {
  ByteRangeOptions,
  LengthOptions,
  RecvBytesOptions,
  RecvBytesSyncOptions,
  SendBytesOptions,
  SendBytesSyncOptions,
} from './connection-options.js';
export { Connection } from './connection.js';
export { Pipe } from './pipe.js';
export type { PipeOptions } from './pipe.js';
export { waitReady, waitReadySync } from './wait-ready.js';
