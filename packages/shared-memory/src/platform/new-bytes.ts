import { hasNative, native } from './platform.js';
import type { Native } from './platform.js';

/** From this length on, memory whose pages were used before is worth a native call. */
const BLOCK_BYTES = 2 ** 16;

type Blocks = Pick<Native, 'block'>;

const NONE: Blocks = { block: () => undefined };

// Looking for the binary takes longer than a block does. One a thread, found at the first use.
let blocks: Blocks | undefined;

/**
 * Uninitialized memory that the caller owns: a large piece is one that was used for another buffer before, if there is one that V8 has
 * collected.
 */
export function newBytes(byteLength: number): Uint8Array<ArrayBuffer> {
  if (byteLength >= BLOCK_BYTES) {
    const block = (blocks ??= findBlocks())?.block(byteLength);
    if (block !== undefined) return new Uint8Array(block);
  }
  // V8 makes this one by itself, and collects others before if they take much memory.
  return new Uint8Array(Buffer.allocUnsafeSlow(byteLength).buffer);
}

/** undefined if the system refuses to load the native part at the moment. */
function findBlocks(): Blocks | undefined {
  try {
    return hasNative() ? native() : NONE;
  } catch {
    return undefined;
  }
}
