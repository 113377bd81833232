import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { task } from 'multiprocess';

/** How many bytes a file has, and how many are left of them. All of the work is the processor's. */
export const compressed = task(import.meta, function compressed(path) {
  const bytes = readFileSync(path);
  return { before: bytes.length, after: brotliCompressSync(bytes).length };
});
