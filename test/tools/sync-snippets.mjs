// @ts-check
// Copies examples out of files that are compiled into the doc comments and pages that show them. A block that begins
//     ```ts source="./semaphore.examples.ts#twoWriters"
// is filled with what stands between `// #region twoWriters` and `// #endregion` there; the path starts at the file that
// has the block. With --check nothing is written, and a block that differs is an error.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './run.mjs';

// The prefix is ` * ` in a doc comment and nothing in Markdown.
const BLOCK =
  /^(?<prefix>[ \t]*(?:\* ?)?)(?<open>```\w+ source="(?<file>[^"#]+)#(?<region>\w+)")\n(?:.*\n)*?\k<prefix>```$/gm;

/** @param {string} text @param {string} name */
function regionLines(text, name) {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.trim() === `// #region ${name}`);
  const end = lines.findIndex((line, at) => at > begin && line.trim().startsWith('// #endregion'));
  if (begin === -1 || end === -1) return undefined;
  const body = lines.slice(begin + 1, end);
  const margin = Math.min(...body.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return body.map((line) => line.slice(margin));
}

/**
 * `text`, the contents of `file`, with every such block filled anew.
 *
 * @param {string} file
 * @param {string} text
 * @returns {string}
 */
export function fillSnippets(file, text) {
  return text.replaceAll(BLOCK, (...match) => {
    const { prefix, open, file: source, region } = /** @type {Record<string, string>} */ (match.at(-1));
    const from = path.resolve(path.dirname(file), source ?? '');
    const lines = regionLines(readFileSync(from, 'utf8'), region ?? '');
    if (lines === undefined) throw new Error(`${file}: ${source} has no region ${region}, ended by "// #endregion"`);
    if (prefix?.includes('*') && lines.some((line) => line.includes('*/')))
      throw new Error(`${file}: region ${region} would end the comment`);
    return [open, ...lines, '```'].map((line) => `${prefix}${line}`.trimEnd()).join('\n');
  });
}

/** @param {string} folder */
function filesIn(folder) {
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.(ts|md)$/.test(name) && !/(^|\/)(node_modules|build|dist|target|api)\//.test(name))
    .map((name) => path.join(root, folder, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = readdirSync(root).filter((name) => name.endsWith('.md'));
  for (const file of [...pages.map((name) => path.join(root, name)), ...filesIn('packages'), ...filesIn('docs')]) {
    const text = readFileSync(file, 'utf8');
    const filled = fillSnippets(file, text);
    if (filled === text) continue;
    if (process.argv[2] === '--check') {
      console.error(`${path.relative(root, file)}: an example is out of date; run "npm run snippets"`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, filled);
      console.log(`Updated ${path.relative(root, file)}`);
    }
  }
}
