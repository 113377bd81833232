import type { ConnectionOptions, TlsOptions } from 'node:tls';
import type { Serializer } from './wire/codec.js';

/** Options of {@link Manager.start}. */
export interface ManagerOptions {
  /**
   * Where it listens for programs that do not share memory with it: `tcp://host:port` (port 0: any that is free; no host:
   * loopback), `unix:/path`, `unix:@abstract`, or `pipe:name` on Windows. Default: nowhere.
   */
  readonly address?: string | undefined;
  /**
   * The secret that those programs must know, such as 32 random bytes. Default: the key of this process's family, which no other
   * program knows.
   */
  readonly authkey?: Uint8Array | undefined;
  /**
   * How messages over sockets are written: 'msgpack' carries everything that this toolkit serializes, 'json' carries data only, so
   * that nothing received is ever run.
   * Default: 'msgpack'.
   */
  readonly serializer?: Serializer | undefined;
  /** Makes the sockets TLS: options of `tls.createServer`, as far as they can be sent to another process. Default: none. */
  readonly tls?: TlsOptions | undefined;
}

/** Options of {@link Manager.connect}. */
export interface ManagerConnectOptions {
  /** Its {@link ManagerOptions.address}, or the handle of a manager on this machine. */
  readonly address: string;
  /** Default: the key of this process's family. */
  readonly authkey?: Uint8Array | undefined;
  /** Requires this one of the manager: with 'json' nothing received is ever run. Default: what the manager was started with. */
  readonly serializer?: Serializer | undefined;
  /** Options of `tls.connect`, for a manager with `tls`. Default: no TLS. */
  readonly tls?: ConnectionOptions | undefined;
  /** Milliseconds to wait for the connection. Default: 10 000. */
  readonly timeout?: number | undefined;
}

/** The names of the options of `start()`. */
export const START_OPTIONS = ['address', 'authkey', 'serializer', 'tls'] as const;

/** The names of the options of `connect()`. */
export const CONNECT_OPTIONS = [...START_OPTIONS, 'timeout'] as const;
