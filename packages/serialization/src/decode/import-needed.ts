import { loadedClass } from '../classes/registered-classes.js';
import { importModule } from '../functions/load-module.js';
import { CLASS } from '../kinds/errors.js';
import { loadedTask } from '../functions/task.js';
import { unpack } from './unpack.js';
import {
  BUFFERS_HEADER_BYTES,
  END_AT,
  FORMAT,
  HAS_BUFFERS,
  HAS_MODULES,
  HAS_TAGS,
  HEADER_BYTES,
  Tag,
} from '../wire/wire.js';

/** Finds what is loaded already. */
type Find = (reference: { readonly module: string; readonly name: string }) => unknown;

/**
 * Imports the modules of the tasks and classes in a message, as far as they have not been imported here. Call it before
 * decoding where you can wait: decoding can only `require` them, which fails for modules with top-level await. `bytes` are
 * read before this returns.
 *
 * A module that cannot be imported does not fail here: decoding its class throws, or calling its task.
 *
 * @returns undefined if there is nothing to import, as for nearly all messages
 */
export function importNeeded(bytes: Uint8Array): Promise<void> | undefined {
  const first = bytes[0] ?? 0;
  if ((first & ~(HAS_TAGS | HAS_BUFFERS)) !== (FORMAT | HAS_MODULES)) return undefined;
  const modules = modulesIn(bytes, (first & HAS_BUFFERS) !== 0);
  if (modules.size === 0) return undefined;
  return Promise.allSettled([...modules].map(importModule)).then(() => undefined);
}

function modulesIn(bytes: Uint8Array, hasBuffers: boolean): ReadonlySet<string> {
  const missing = new Set<string>();
  const look = (find: Find, module: unknown, name: unknown): void => {
    if (typeof module !== 'string' || typeof name !== 'string') return;
    if (find({ module, name }) === undefined) missing.add(module);
  };
  const left: unknown[] = [contentOf(bytes, hasBuffers)];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) {
      for (const item of Object.values(value)) if (typeof item === 'object') left.push(item);
      continue;
    }
    const [mark, tag, one, two, three] = value as readonly unknown[];
    if (mark === undefined) {
      if (tag === Tag.TASK) look(loadedTask, one, two);
      else if (tag === Tag.INSTANCE) look(loadedClass, one, two);
      else if (tag === Tag.CLASS) look(loadedClass, two, one);
      else if (tag === Tag.ERROR && one === CLASS) look(loadedClass, three, two);
    }
    for (const item of value as readonly unknown[]) if (typeof item === 'object') left.push(item);
  }
  return missing;
}

/** What msgpackr makes of it; undefined if it is damaged: decoding reports that. */
function contentOf(bytes: Uint8Array, hasBuffers: boolean): unknown {
  try {
    if (!hasBuffers) return unpack(bytes, HEADER_BYTES);
    const end = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(END_AT);
    return unpack(bytes.subarray(0, Math.min(end, bytes.length)), BUFFERS_HEADER_BYTES);
  } catch {
    return undefined;
  }
}
