// @ts-check
// A doc comment that says what is thrown links its class, so that editors and the site show it: `@throws {@link ClosedError} if …`.
// A class in braces without a link is not shown there. What a caller's own function throws has no class: `@throws what …`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPackages, sourcesOf } from '../packages.mjs';
import { root } from '../run.mjs';

const TAG = /@throws\b(.*)/g;
const LINKED = /^ (what |\{@link [\w.]+( \| [^}]+)?\})/;

/**
 * The lines of `text` that tell what is thrown without a link to its class.
 *
 * @param {string} text
 * @returns {{ line: number, tag: string }[]}
 */
export function unlinkedThrows(text) {
  return text
    .split('\n')
    .flatMap((content, at) => [...content.matchAll(TAG)].map(([tag, says = '']) => ({ line: at + 1, tag, says })))
    .filter(({ says }) => !LINKED.test(says))
    .map(({ line, tag }) => ({ line, tag: tag.trim() }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { folder } of readPackages(root))
    for (const file of sourcesOf(root, folder))
      for (const { line, tag } of unlinkedThrows(readFileSync(path.join(root, file), 'utf8'))) {
        console.error(`${file}:${line}: "${tag}" names no class by {@link …}`);
        process.exitCode = 1;
      }
}
