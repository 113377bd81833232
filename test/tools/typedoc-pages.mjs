// @ts-check
// A plugin of typedoc: pages are called after their first heading, and stand in the group of their folder, so that they
// need no front matter, which would be the first thing to see on GitHub.
import path from 'node:path';
import { Converter } from 'typedoc';

/** @type {Record<string, string>} */
const GROUPS = { guide: 'Guide', design: 'Design' };

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
    const [first] = page.content;
    const heading = first && /^\s*# (.+)\n/.exec(first.text);
    if (first === undefined || !heading?.[1]) return;
    page.name = heading[1];
    first.text = first.text.slice(heading[0].length);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const page of context.project.documents ?? []) {
      const file = context.project.files.getReflectionPath(page) ?? '';
      page.frontmatter['group'] ??= GROUPS[path.basename(path.dirname(file))] ?? 'The repository';
    }
  });
}
