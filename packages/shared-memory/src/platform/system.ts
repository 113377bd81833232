// What only the system can tell of its processes and of their files. Each system has a folder with the same names; this is the
// only door to them.
export { descriptorOfDeleted, descriptorOfInode, descriptorOfName, mapsDeleted } from './linux/deleted-files.js';
export { lockHolders } from './linux/lock-holders.js';
export { descendantsOf, ignoresSignal, processStat, runningProcesses } from './linux/process-stat.js';
export type { ProcessStat } from './linux/process-stat.js';
export { argumentsOf, environmentOf } from './linux/process-strings.js';
