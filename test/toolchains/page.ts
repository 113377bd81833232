import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../tools/run.mjs';

/** Writes a table of results into a page of the guide, between its marks. Called when all tests of the table have passed. */
export async function writeTable(
  name: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  guide = 'toolchains.md',
): Promise<void> {
  const page = path.join(root, 'docs/guide', guide);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const before = readFileSync(page, 'utf8');
  const [begin, end] = [`<!-- results of ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${page} has no place for the results of ${name}`);
  const text = `${before.slice(0, from)}${begin}\n\n${lines.join('\n')}\n\n${before.slice(to)}`;
  const after = await format(text, { ...(await resolveConfig(page)), parser: 'markdown' });
  if (after !== before) writeFileSync(page, after);
}
