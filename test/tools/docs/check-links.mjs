// @ts-check
// Looks at every link of the built documentation: it leads to a file there, and to a place on that page that exists. None
// begins with "/", so that the pages can be served from any path. The name of a member leads to the page's own, if it has one.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';

const site = path.join(root, 'docs/api');

// A link to another site is its owner's business, and asking for it would make the check depend on the network.
const ELSEWHERE = /^(https?:|mailto:|data:|javascript:)/;

/** @param {string} text */
const decode = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");

/** @type {Map<string, Set<string>>} */
const anchors = new Map();

/** @param {string} file */
function anchorsOf(file) {
  const known = anchors.get(file);
  if (known !== undefined) return known;
  const found = readFileSync(file, 'utf8').matchAll(/\s(?:id|name)="([^"]*)"/g);
  const names = new Set([...found].map((match) => decode(match[1] ?? '')));
  anchors.set(file, names);
  return names;
}

/** @param {string} page @param {string} link @returns {string | undefined} what is wrong */
function judge(page, link) {
  if (ELSEWHERE.test(link)) return undefined;
  if (link.startsWith('/')) return 'begins with "/": it leads nowhere when the pages are served from a sub-path';
  const [target = '', anchor = ''] = link.split('#', 2);
  const file =
    target === '' ? page : path.resolve(path.dirname(page), decodeURIComponent(target.split('?', 1)[0] ?? ''));
  if (existsSync(path.join(file, 'index.html'))) return undefined; // a folder, of which servers show that page
  if (!existsSync(file) || !statSync(file).isFile()) return 'leads to no file';
  if (!file.startsWith(site)) return 'leads out of the site';
  if (anchor === '' || !file.endsWith('.html')) return undefined;
  return anchorsOf(file).has(decodeURIComponent(anchor)) ? undefined : 'leads to no place on that page';
}

const INHERITED = /<aside class="tsd-sources">.*?<\/aside>/gs;
const MEMBER = /<a href="([^"#]+)#([^"]+)" class="tsd-kind-(?:method|accessor|property)">([^<.]+)<\/a>/g;

/** @param {string} page @param {string} html @returns {string[]} links to the same member of another class */
function strayMembers(page, html) {
  const own = anchorsOf(page);
  const members = [...html.replaceAll(INHERITED, '').matchAll(MEMBER)];
  return members.flatMap(([, file = '', anchor = '', name = '']) =>
    own.has(anchor) && path.basename(file) !== path.basename(page) ? [`${name} leads to that of ${file}`] : [],
  );
}

const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
let links = 0;
for (const name of pages) {
  const page = path.join(site, name);
  const html = readFileSync(page, 'utf8');
  for (const stray of strayMembers(page, html)) {
    console.error(`docs/api/${name}: ${stray}`);
    process.exitCode = 1;
  }
  for (const [, link = ''] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
    links++;
    const why = judge(page, decode(link));
    if (why === undefined) continue;
    console.error(`docs/api/${name}: ${link.slice(0, 200)} ${why}`);
    process.exitCode = 1;
  }
}
if (pages.length === 0) throw new Error('docs/api is empty: run "npm run docs" first');
console.log(`${links} links on ${pages.length} pages`);
