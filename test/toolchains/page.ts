import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../tools/run.mjs';

const PAGE = path.join(root, 'docs/guide/toolchains.md');

/** Writes a table of results into the page, between its marks. Called when all tests of the table have passed. */
export async function writeTable(
  name: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const before = readFileSync(PAGE, 'utf8');
  const [begin, end] = [`<!-- results of ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${PAGE} has no place for the results of ${name}`);
  const text = `${before.slice(0, from)}${begin}\n\n${lines.join('\n')}\n\n${before.slice(to)}`;
  const after = await format(text, { ...(await resolveConfig(PAGE)), parser: 'markdown' });
  if (after !== before) writeFileSync(PAGE, after);
}
