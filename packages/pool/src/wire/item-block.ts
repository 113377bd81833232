import { types } from 'node:util';
/** Many values as they travel: numbers in one piece, since that costs a hundredth of writing them one by one. */
export type ItemBlock = readonly unknown[] | Int32Array | Float64Array;

/** The items from `start` to `end` as a block that gives the same values again. */
export function blockOf(items: ItemBlock, start = 0, end = items.length): ItemBlock {
  if (ArrayBuffer.isView(items)) return items.slice(start, end);
  const kind = kindOf(items, start, end);
  if (kind === 'mixed') return start === 0 && end === items.length ? items : items.slice(start, end);
  const block = kind === 'whole' ? new Int32Array(end - start) : new Float64Array(end - start);
  for (let i = start; i < end; i++) block[i - start] = items[i] as number;
  return block;
}

/** Whole numbers of 32 bits, other numbers (a negative zero is one), or something else. */
function kindOf(items: readonly unknown[], start: number, end: number): 'whole' | 'numbers' | 'mixed' {
  let kind: 'whole' | 'numbers' = 'whole';
  for (let i = start; i < end; i++) {
    const item = items[i];
    if (typeof item !== 'number') return 'mixed';
    if ((item | 0) !== item || (item === 0 && 1 / item < 0)) kind = 'numbers';
  }
  return kind;
}

/** Whether a value that has arrived is a block. */
export function isBlock(value: unknown): value is ItemBlock {
  return Array.isArray(value) || types.isInt32Array(value) || types.isFloat64Array(value);
}

/** What can be cut into blocks without copying it first. */
export function itemsOf(iterable: Iterable<unknown>): ItemBlock {
  if (Array.isArray(iterable) || types.isInt32Array(iterable) || types.isFloat64Array(iterable)) return iterable;
  return [...iterable];
}
