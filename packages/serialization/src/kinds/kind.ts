import type { Decoder } from '../decoder.js';
import type { Encoder } from '../encoder.js';

/** How objects that MessagePack has no type for become the payload of an extension, and objects again. */
export interface Kind<T extends object> {
  /** One of `Extension`. */
  readonly extension: number;
  /** Writes the payload. `level` is for {@link Encoder.step}. */
  encode(to: Encoder, value: T, level: number): void;
  /** Reads all of the payload. Must register the object, before it decodes what is in it. */
  decode(from: Decoder): unknown;
}
