import { AsyncLocalStorage } from 'node:async_hooks';

/** An exclusive section of the running code. */
interface Section {
  readonly client: object;
  readonly object: number;
  readonly number: number;
  readonly outer: Section | undefined;
}

// Sections follow async contexts, which belong to a thread. Made with the first section: from then on every await costs a
// little more.
let sections: AsyncLocalStorage<Section> | undefined;
let last = 0;

/** The number of the running code's section of that object; 0: none. */
export function sectionOf(client: object, object: number): number {
  if (sections === undefined) return 0;
  for (let section = sections.getStore(); section !== undefined; section = section.outer) {
    if (section.client === client && section.object === object) return section.number;
  }
  return 0;
}

/** Runs `fn`, and all that it calls, awaits or starts, in a new section. */
export function inSection<R>(client: object, object: number, fn: () => R): R {
  sections ??= new AsyncLocalStorage<Section>();
  const outer = sections.getStore();
  last = (last % (2 ** 32 - 1)) + 1;
  return sections.run({ client, object, number: last, outer }, fn);
}
