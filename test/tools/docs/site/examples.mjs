// @ts-check
// Examples of the site have the imports that they use, and a button that copies a whole program where that is more.
import path from 'node:path';
import { Converter, PageEvent } from 'typedoc';
import { readExamples } from './programs.mjs';

const BLOCK = /^```(\w+) source="([^"#]+)#(\w+)"\n([\s\S]*?)\n```$/;
const RENDERED = /(<pre><code class="\w+">)([\s\S]*?)(<\/code><button type="button">[^<]*<\/button>)(<\/pre>)/g;

/** @param {string} html @returns {string} */
const textOf = (html) =>
  html
    .replaceAll(/<br ?\/?>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim();

/** @param {string} text */
const attribute = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('\n', '&#10;');

/** @param {import('typedoc').ProjectReflection} project @returns {import('typedoc').CommentDisplayPart[]} */
function allParts(project) {
  const comments = Object.values(project.reflections).flatMap(({ comment }) => comment ?? []);
  return [
    ...comments.flatMap(({ summary, blockTags }) => [summary, ...blockTags.map(({ content }) => content)]),
    ...(project.documents ?? []).map(({ content }) => content),
    ...[project, ...(project.children ?? [])].map(({ readme }) => readme ?? []),
  ].flat();
}

/** @param {import('typedoc').Application} app */
export function addPrograms(app) {
  const examples = readExamples();
  /** @type {Map<string, string>} what is shown, and the program that it is part of */
  const programs = new Map();

  app.converter.on(
    Converter.EVENT_RESOLVE_BEGIN,
    ({ project }) => {
      for (const part of allParts(project)) {
        const [, language, source = '', region, body] = BLOCK.exec(part.kind === 'code' ? part.text : '') ?? [];
        if (body === undefined) continue;
        const isIt = (/** @type {import('./programs.mjs').Example} */ one) =>
          one.region === region && path.basename(one.file) === path.basename(source) && one.body === body;
        const example = examples.find(isIt);
        if (example === undefined) throw new Error(`${source}#${region} is out of date: run "npm run snippets"`);
        const shown = example.imports === '' ? body : `${example.imports}\n\n${body}`;
        part.text = `\`\`\`${language}\n${shown}\n\`\`\``;
        if (example.program !== shown) programs.set(shown.trim(), example.program);
      }
    },
    -100, // when all pages are there
  );

  app.renderer.on(PageEvent.END, (page) => {
    page.contents = (page.contents ?? '').replaceAll(RENDERED, (all, open, code, button, close) => {
      const program = programs.get(textOf(code));
      if (program === undefined) return all;
      const copy = `<span class="program"><button type="button" data-program="${attribute(program)}">Copy program</button></span>`;
      return `${open}${code}${button}${copy}${close}`;
    });
  });
}
