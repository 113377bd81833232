export { activeChildren } from './parent/active-children.js';
export { cpuCount } from './platform/cpu-count.js';
export { currentProcess, type CurrentProcess } from './child/current-process.js';
export { isMainProcess } from './child/is-main-process.js';
export { parentProcess, type ParentProcess } from './child/parent-process.js';
export { Process } from './parent/process.js';
export type { ProcessOptions, ThreadLimits } from './launch/process-options.js';
export type { StdioEntry } from './launch/stdio-entry.js';
export type { TerminateOptions } from './launch/termination.js';
// For the other packages of this toolkit:
export { shieldFromGroup } from './child/group-shield.js';
export { checkedSpawnSettings, type SpawnSettings } from './launch/process-options.js';
export { Latch } from './wait/latch.js';
export { inBrief, serializeThrown } from './launch/serialize-thrown.js';
// For the programs that children run:
export { beginChild } from './child/child-start.js';
export { beginThread } from './child/thread-start.js';
// What a target is made with.
export { task } from '@multiprocess/serialization';
