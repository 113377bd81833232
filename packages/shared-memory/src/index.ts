export * from './errors.js';
export { attach, formatHandle, parseHandle, registerKind } from './shared-object.js';
export type { Attach, SharedObject } from './shared-object.js';
