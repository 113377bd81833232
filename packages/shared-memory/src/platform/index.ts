// What the operating system shows of processes, files and limits. Each system that this toolkit runs on has a folder here, and
// only this file imports from it. With a second folder, these lines choose between them.

export { descriptorOfDeleted, descriptorOfInode, descriptorOfName, mapsDeleted } from './linux/deleted-files.js';
export { descriptorPath, isKernelFolder, withoutDescriptorPath } from './linux/descriptor-path.js';
export { lockHolders } from './linux/lock-holders.js';
export { memoryLimit, ownLimit } from './linux/limits.js';
export { descendantsOf, hasEnded, ignoresSignal, processStat, runningProcesses, userOf } from './linux/process-stat.js';
export type { ProcessStat } from './linux/process-stat.js';
export { argumentsOf, environmentOf } from './linux/process-strings.js';
export { isRegisteredFormat, ownProgram } from './linux/program-format.js';
