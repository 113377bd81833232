import { readFileSync } from 'node:fs';
import type { MemoryLimit } from '../system/system.js';

/** Above this share of the limit, mappings have run out: the rest is kept for V8. */
const NEARLY_ALL = 0.9;
/** Of one page; more on some machines, where what is used then counts as less than it is. */
const PAGE_BYTES = 4096;

/** undefined if `/proc` cannot be read, for example without a free descriptor. */
export function memoryLimit(): MemoryLimit | undefined {
  try {
    const max = Number(readFileSync('/proc/sys/vm/max_map_count', 'latin1'));
    const mappings = countLines(readFileSync('/proc/self/maps'));
    if (mappings >= max * NEARLY_ALL) {
      return {
        isMemory: true,
        why: `this process has ${mappings} mappings of memory, and the kernel allows ${max}, of which some are kept for Node`,
        remedy: 'Close objects that are not needed, or raise the limit (sysctl vm.max_map_count)',
      };
    }
    const limit = ownLimit('Max address space');
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

export function addressesLeft(): number {
  try {
    const limit = ownLimit('Max address space');
    if (limit === undefined) return Infinity;
    const [pages] = readFileSync('/proc/self/statm', 'latin1').split(' ');
    return limit - Number(pages) * PAGE_BYTES;
  } catch {
    return Infinity; // there is no descriptor to read it by
  }
}

export function descriptorLimit(): number | undefined {
  return ownLimit('Max open files');
}

/** A limit of this process, by its name in `/proc/self/limits`; undefined if it has none. */
function ownLimit(name: 'Max address space' | 'Max open files'): number | undefined {
  const limit = new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
  return limit === undefined ? undefined : Number(limit);
}
