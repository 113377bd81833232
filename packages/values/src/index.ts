export type { CellOptions } from './typed-memory.js';
export type { LockOption } from './cell-lock.js';
export { SharedArray } from './shared-array.js';
export { SharedValue } from './shared-value.js';
export { ShareableList } from './shareable-list.js';
export type { SlotValue } from './slot-value.js';
export type { ArrayTypes, ValueType, ValueTypes } from './cells/value-types.js';
// For the other packages of this toolkit:
export { cellsOf } from './cells/cells-of.js';
export type { Cells } from './cells/cells.js';
export { checkType } from './cells/value-types.js';
