import { CELL_HEAD_BYTES } from './slab-cells.js';

const LINE_BYTES = 64;

/** How large cells are, in bytes. What does not fit into the largest gets a segment of its own. */
const CELL_SIZES = [64, 128, 256] as const;

/** Bytes of the smallest cell for an object of so many bytes; undefined if it fits into none. */
export function cellBytesFor(byteLength: number): number | undefined {
  return CELL_SIZES.find((size) => byteLength + CELL_HEAD_BYTES <= size);
}

/** Bytes of objects whose size varies, rounded up to what fits into cells of whole cache lines. */
export function wholeLines(byteLength: number): number {
  return Math.ceil((byteLength + CELL_HEAD_BYTES) / LINE_BYTES) * LINE_BYTES - CELL_HEAD_BYTES;
}

/** Whether there are cells of that size: a segment's header may say anything. */
export function isCellSize(cellBytes: number): boolean {
  return CELL_SIZES.some((size) => size === cellBytes);
}
