export { deserialize, serialize } from './serialize.js';
export { registerClass } from './registered-classes.js';
export { registerType } from './registered-types.js';
export type { AnyClass, RegisteredType } from './registered-types.js';
export { task } from './task.js';
export type { ModuleLike } from './module-like.js';
// For the other packages of this toolkit:
export { decode } from './decode.js';
export type { DecodeOptions } from './decode.js';
export { encode } from './encode.js';
export { MessageCodec } from './records/message-codec.js';
export type { ShapeStore } from './records/shape-table.js';
export { enlarge, newSheet } from './records/sheet.js';
export type { Sheet } from './records/sheet.js';
export { classOfPrototype } from './registered-classes.js';
export type { ClassReference } from './registered-classes.js';
export { MAX_DEPTH, MAX_MESSAGE_BYTES } from './limits.js';
export { isTask, resolveTask, taskOf } from './task.js';
export type { AnyFunction, TaskReference } from './task.js';
