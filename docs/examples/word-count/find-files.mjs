import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Every regular file at or below `path`; links are not followed, so nothing is found twice. */
export function* findFiles(path) {
  const found = lstatSync(path);
  if (found.isFile()) yield path;
  if (!found.isDirectory()) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) yield* findFiles(inside);
    else if (entry.isFile()) yield inside;
  }
}
