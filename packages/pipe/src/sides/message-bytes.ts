import { serialize } from '@multiprocess/serialization';
import type { MessageCodec } from '@multiprocess/serialization';
import { BufferTooShortError } from '@multiprocess/shared-memory';
import type { RingItem } from '@multiprocess/shared-memory';

/** The mark of a message that is nothing but bytes. Values have none; only the codec knows how they are encoded. */
export const RAW = 1;

/**
 * What a message is as bytes: those that were sent, or, of a value, such as `serialize()` gives, so that they mean the same
 * everywhere. How values lie in the ring depends on what was sent through this pipe before.
 */
function bytesOf(item: RingItem, codec: MessageCodec): { bytes: Uint8Array<ArrayBuffer>; owned: boolean } {
  if (item.mark === RAW || !codec.isPlain(item)) return item;
  return { bytes: serialize(codec.decode(item)), owned: true };
}

/** The same, in memory of its own. */
export function ownBytesOf(item: RingItem, codec: MessageCodec): Uint8Array<ArrayBuffer> {
  const { bytes, owned } = bytesOf(item, codec);
  return owned ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : new Uint8Array(bytes);
}

/**
 * Copies them to `room`.
 *
 * @returns how many they are
 * @throws {@link BufferTooShortError} if they are too many. Nothing is copied then.
 */
export function copyBytesOf(item: RingItem, codec: MessageCodec, room: Uint8Array): number {
  const { bytes } = bytesOf(item, codec);
  const { length } = bytes;
  if (length > room.length) {
    throw new BufferTooShortError(
      `The message has ${length} bytes, and there is room for ${room.length}`,
      ownBytesOf(item, codec),
    );
  }
  room.set(bytes);
  return length;
}

/** How many small messages take as long as one with that many bytes; see `LoopYield`. */
export function messageWeight(byteLength: number): number {
  return 1 + (byteLength >>> 12);
}
