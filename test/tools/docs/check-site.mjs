// @ts-check
// Looks at what the built documentation is as a site: three sections, every name once, one title a page, link previews, and
// examples that can be pasted.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { root } from '../run.mjs';

/** @typedef {{ text: string, path?: string, children?: Element[] }} Element of the sidebar */

const site = path.join(root, 'docs/api');
let complaints = 0;
/** @param {string} page @param {string} complaint */
const complain = (page, complaint) => {
  complaints++;
  console.error(`docs/api/${page}: ${complaint}`);
};

/** @param {Element} element @returns {string[]} */
const pathsIn = ({ path: own, children = [] }) => [...(own === undefined ? [] : [own]), ...children.flatMap(pathsIn)];

const packed = /"([^"]+)"/.exec(readFileSync(path.join(site, 'assets/navigation.js'), 'utf8'))?.[1] ?? '';
/** @type {Element[]} */
const navigation = JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString());
const sections = navigation.map(({ text }) => text).join(', ');
if (sections !== 'Guide, API, Internals') complain('index.html', `the sidebar has the sections ${sections}`);
const linked = navigation.flatMap(pathsIn);
for (const one of new Set(linked.filter((url, at) => linked.indexOf(url) !== at)))
  complain(one, 'is in the sidebar more than once');
const guide = readdirSync(path.join(root, 'docs/guide')).filter((name) => name.endsWith('.md'));
const guides = navigation[0]?.children?.length ?? 0;
if (guides !== guide.length + 1)
  complain('index.html', `the guide has ${guides} pages, not ${guide.length} and the overview`);

const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
const names = pages
  .filter((page) => page.startsWith('classes/'))
  .map((page) => page.replace(/^.*\.(\w+)\.html$/, '$1'));
const umbrella = new Set(
  pages.filter((page) => page.startsWith('classes/multiprocess.')).map((page) => page.split('.')[1]),
);
for (const name of umbrella)
  if (names.filter((one) => one === name).length > 1)
    complain(`classes/multiprocess.${name}.html`, 'is documented twice');

const PREVIEW = ['og:title', 'og:description', 'og:type', 'og:url', 'og:image'];
const AROUND_OURS = /<pre><code class="ts">(?:(?!<\/pre>).)*<\/pre>/gs;
const NAMES =
  /\bnew <\/span><span class="[^"]*">(Lock|Queue|Pool|Process|Manager|Event)<|\b(task)<\/span><span class="[^"]*">\(<\/span><span class="[^"]*">import</;

for (const page of pages) {
  const html = readFileSync(path.join(site, page), 'utf8');
  const titles = html.match(/<h1[ >]/g)?.length ?? 0;
  if (titles !== 1) complain(page, `has ${titles} titles`);
  for (const tag of PREVIEW) if (!html.includes(`<meta property="${tag}" content="`)) complain(page, `has no ${tag}`);
  if (!/<link rel="icon" href="[^"]+favicon\.svg/.test(html)) complain(page, 'has no icon');
  if (/<meta name="description" content="(Documentation for [^"]*)?"/.test(html))
    complain(page, 'says nothing of what it is about');
  for (const tag of html.matchAll(/Throws<a[^>]*>.*?<\/a><\/h4><p>(.{0,40})/gs))
    if (!/^(<a|what )/.test(tag[1] ?? '')) complain(page, `does not link the class of "${tag[1]}"`);
  if (!page.startsWith('documents/') || page.includes('why_they')) continue;
  for (const [code] of html.matchAll(AROUND_OURS))
    if (NAMES.test(code) && !code.includes('>import</span>'))
      complain(page, `has an example without imports: ${code.replaceAll(/<[^>]*>/g, '').slice(0, 60)}`);
}
for (const file of ['assets/favicon.svg', 'assets/preview.png'])
  if (!existsSync(path.join(site, file))) complain(file, 'is missing');
if (!pages.some((page) => readFileSync(path.join(site, page), 'utf8').includes('data-program=')))
  complain('index.html', 'no example has a button that copies a program');

console.log(`${pages.length} pages in ${navigation.length} sections`);
process.exitCode = complaints === 0 ? 0 : 1;
