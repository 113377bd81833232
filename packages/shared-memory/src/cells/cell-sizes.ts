import { CELL_HEAD_BYTES } from './slab-cells.js';

const LINE_BYTES = 64;

/** Bytes of a cell. An object that does not fit into the largest gets a segment of its own. */
const CELL_SIZES = [64, 128, 256] as const;

/** The size of the smallest cell that an object of `byteLength` bytes fits into; undefined if it fits into none. */
export function cellBytesFor(byteLength: number): number | undefined {
  return CELL_SIZES.find((size) => byteLength + CELL_HEAD_BYTES <= size);
}

/** Rounds the size of an object up, so that with the head of a cell it fills whole cache lines. */
export function wholeLines(byteLength: number): number {
  return Math.ceil((byteLength + CELL_HEAD_BYTES) / LINE_BYTES) * LINE_BYTES - CELL_HEAD_BYTES;
}

/** Whether cells have that size. The header of a damaged segment may say anything. */
export function isCellSize(cellBytes: number): boolean {
  return CELL_SIZES.some((size) => size === cellBytes);
}
