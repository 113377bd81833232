// @ts-check
// Pages are called after their first heading, and belong to the section of their folder, so that they need no front matter,
// which would be the first thing to see on GitHub.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Converter } from 'typedoc';
import { root } from '../../run.mjs';

/** @typedef {import('typedoc').DocumentReflection} Page */

const HEADING = /^\s*# (.+)\n/;
const OVERVIEW = 'README.md';

/** @param {import('typedoc').Application} app */
export function namePages(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
    page.name = HEADING.exec(page.content[0]?.text ?? '')?.[1] ?? page.name;
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const page of project.documents ?? []) if (fileOf(page) === OVERVIEW) page.name = 'Overview';
  });
}

/** @param {Page} page @returns {string} the file that it is made of, from the root */
export const fileOf = (page) => path.relative(root, page.project.files.getReflectionPath(page) ?? '');

/** @param {Page} page @returns {boolean} whether users read it, and not who works on this */
export const isGuide = (page) => /^(README\.md|docs\/guide\/.*)$/.test(fileOf(page));

/**
 * The pages of the guide in the order of the list on the front page of the repository, then those that it does not.
 *
 * @param {readonly Page[]} pages
 */
export function guidesInOrder(pages) {
  const overview = readFileSync(path.join(root, OVERVIEW), 'utf8');
  /** @param {Page} page */
  const place = (page) => {
    if (fileOf(page) === OVERVIEW) return -1;
    const at = overview.lastIndexOf(`](${fileOf(page)})`);
    return at === -1 ? Infinity : at;
  };
  return pages.filter(isGuide).sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/**
 * What a page says first, as plain text: for link previews.
 *
 * @param {readonly { text: string }[]} parts
 */
export function firstParagraph(parts) {
  const text = parts.map((part) => part.text).join('');
  const paragraph = text
    .replace(HEADING, '')
    .split(/\n\s*\n/)
    .find((block) => /^[\w`*"[]/.test(block.trim()) && !block.trim().startsWith('```'));
  return (paragraph ?? '')
    .replaceAll(/\]\([^)]*\)/g, ']')
    .replaceAll(/[`*[\]]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
