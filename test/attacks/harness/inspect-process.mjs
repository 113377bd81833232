import { readdirSync, readFileSync } from 'node:fs';

/** How many descriptors, mappings and threads this process has. */
export function resources() {
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    mappings: mappings().length,
    threads: readdirSync('/proc/self/task').length,
  };
}

/** The mappings of this process, as the kernel writes them. */
export function mappings() {
  return readFileSync('/proc/self/maps', 'utf8').trim().split('\n');
}
