// @ts-check
// The search of the built documentation finds first what people look for. It is done here as the page does it: see `main.js`
// there, which searches for each word anywhere in a word, and prefers names that begin with what was typed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { root } from '../run.mjs';

/** @typedef {{ name: string, url: string, parent?: string }} Row */

const SHOWN = 10;

/** What is typed, and the page that must be first. @type {Record<string, RegExp>} */
const EXPECTED = {
  Lock: /^classes\/multiprocess\.Lock\.html$/,
  lock: /^classes\/multiprocess\.Lock\.html$/,
  Queue: /^classes\/multiprocess\.Queue\.html$/,
  Pool: /^classes\/multiprocess\.Pool\.html$/,
  'Pool.map': /^classes\/multiprocess\.Pool\.html#map$/,
  'Queue.get': /^classes\/multiprocess\.Queue\.html#get$/,
  'why-blocked': /^documents\/Debugging_a_hang\.html$/,
  isMainProcess: /^variables\/multiprocess\.isMainProcess\.html$/,
  jest: /^documents\/Testing\.html$/,
  bundlers: /^documents\/Bundlers_and_test_runners\.html$/,
  systemd: /^documents\/Production\.html$/,
  task: /^functions\/multiprocess\.task\.html$/,
};

const { Index } = createRequire(import.meta.resolve('typedoc'))('lunr');
const script = readFileSync(path.join(root, 'docs/api/assets/search.js'), 'utf8');
const packed = /"([^"]+)"/.exec(script)?.[1] ?? '';
/** @type {{ rows: Row[], index: object }} */
const { rows, index } = JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString());
const lunr = Index.load(index);

/** @param {string} typed @returns {Row[]} */
function search(typed) {
  const words = typed.split(' ').map((word) => `*${word}*`);
  /** @type {{ ref: string, score: number }[]} */
  const found = lunr.search(words.join(' '));
  return found
    .map(({ ref, score }) => {
      const row = /** @type {Row} */ (rows[Number(ref)]);
      const begins = row.name.toLowerCase().startsWith(typed.toLowerCase());
      return { row, score: begins ? (score * 10) / (1 + Math.abs(row.name.length - typed.length)) : score };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ row }) => row);
}

for (const [typed, expected] of Object.entries(EXPECTED)) {
  const urls = search(typed).map(({ url }) => url);
  if (expected.test(urls[0] ?? '')) continue;
  console.error(
    `Search for "${typed}" finds first ${urls.slice(0, 4).join(', ') || 'nothing'}; expected: ${expected.source}`,
  );
  process.exitCode = 1;
}
const twice = rows.filter(({ url }, at) => rows.findIndex((other) => other.url === url) !== at);
for (const { url } of twice) console.error(`The search has ${url} more than once`);
if (twice.length > 0) process.exitCode = 1;
console.log(`${rows.length} names and pages can be found`);
