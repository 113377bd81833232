export type { Bytes } from './connection/byte-range.js';
export type {
  ByteRangeOptions,
  LengthOptions,
  RecvBytesOptions,
  RecvBytesSyncOptions,
  SendBytesOptions,
  SendBytesSyncOptions,
} from './connection/connection-options.js';
export { Connection } from './connection/connection.js';
export { Pipe, type PipeOptions } from './pipe.js';
export { waitReady, waitReadySync } from './wait-ready.js';
