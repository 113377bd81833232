import type { ProcessStat } from './system.js';

/** The processes of `all` that descend from one of the `roots`, through processes of `all`. */
export function descendantsOf(roots: readonly number[], all: readonly ProcessStat[]): ProcessStat[] {
  const byParent = new Map<number, ProcessStat[]>();
  for (const one of all) {
    const siblings = byParent.get(one.parent);
    if (siblings === undefined) byParent.set(one.parent, [one]);
    else siblings.push(one);
  }
  const found = new Set<ProcessStat>();
  const parents = [...roots];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const child of byParent.get(parent) ?? []) {
      if (found.has(child)) continue;
      found.add(child);
      parents.push(child.pid);
    }
  }
  return [...found];
}
