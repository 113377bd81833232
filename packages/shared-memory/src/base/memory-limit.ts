import { readFileSync } from 'node:fs';

/** Which limit a process has met when the kernel has no memory to map, and what to do about it. */
export interface MemoryLimit {
  readonly isMemory: true;
  readonly why: string;
  readonly remedy: string;
}

/** From this part of the limit on the mappings are what has run out: the rest is kept for V8, and its own come and go. */
const NEARLY_ALL = 0.9;

/** Undefined where `/proc` does not tell, for want of descriptors, say. */
export function memoryLimit(): MemoryLimit | undefined {
  try {
    const most = Number(readFileSync('/proc/sys/vm/max_map_count', 'latin1'));
    const mappings = countLines(readFileSync('/proc/self/maps'));
    if (mappings >= most * NEARLY_ALL) {
      return {
        isMemory: true,
        why: `this process has ${mappings} mappings of memory, and the kernel allows ${most}, of which some are kept for Node`,
        remedy: 'Close objects that are not needed, or raise the limit (sysctl vm.max_map_count)',
      };
    }
    const limit = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    if (limit === undefined) return undefined;
    return {
      isMemory: true,
      why: `the addresses of this process are limited to ${limit} bytes`,
      remedy: 'Raise the limit (ulimit -v), or give queues and pipes a cap on their memory',
    };
  } catch {
    return undefined;
  }
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
