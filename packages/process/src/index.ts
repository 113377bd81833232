export { activeChildren } from './active-children.js';
export { cpuCount } from './cpu-count.js';
export { currentProcess } from './current-process.js';
export type { CurrentProcess } from './current-process.js';
export { isMainProcess } from './is-main-process.js';
export { parentProcess } from './parent-process.js';
export type { ParentProcess } from './parent-process.js';
export { Process } from './process.js';
export type { ProcessOptions, StdioEntry } from './process-options.js';
export type { TerminateOptions } from './termination.js';
// For the other packages of this toolkit:
export { shieldFromGroup } from './group-shield.js';
export { Latch } from './latch.js';
export { inBrief, serializeThrown } from './serialize-thrown.js';
// What a target is made with.
export { task } from '@multiprocess/serialization';
