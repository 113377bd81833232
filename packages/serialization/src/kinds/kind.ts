import type { Decoder } from '../decode/decoder.js';
import type { Encoder } from '../encode/encoder.js';

/** How objects that MessagePack has no type for become the fields of a tagged array, and objects again. */
export interface Kind<T extends object> {
  /** One of `Tag`. */
  readonly tag: number;
  /** Adds the fields. `level` is for {@link Encoder.step}. */
  encode(to: Encoder, value: T, level: number): void;
  /** Takes all fields. Must register the object, before it decodes what is in it. */
  decode(from: Decoder): unknown;
}
