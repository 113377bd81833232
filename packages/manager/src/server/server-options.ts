import type { TlsOptions } from 'node:tls';
import type { Serializer } from '../wire/codec.js';

/** What a server is started with. */
export interface ServerOptions {
  /** The name of its segment. */
  readonly reference: string;
  readonly address: string | undefined;
  readonly authkey: Uint8Array;
  readonly serializer: Serializer;
  readonly tls: TlsOptions | undefined;
}
