// @ts-check
// A plugin of typedoc: pages are called after their first heading, and stand in the group of their folder, so that they
// need no front matter, which would be the first thing to see on GitHub.
import path from 'node:path';
import { Converter } from 'typedoc';

/** @type {Record<string, string>} */
const GROUPS = { guide: 'Guide', design: 'Design' };

const HEADING = /^\s*# (.+)\n/;

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
    page.name = HEADING.exec(page.content[0]?.text ?? '')?.[1] ?? page.name;
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const page of project.documents ?? []) {
      const file = project.files.getReflectionPath(page) ?? '';
      page.frontmatter['group'] ??= GROUPS[path.basename(path.dirname(file))] ?? 'The repository';
    }
    // Pages of packages have their name as a title already.
    for (const { readme } of [project, ...(project.children ?? [])]) {
      const first = readme?.[0];
      if (first !== undefined) first.text = first.text.replace(HEADING, '');
    }
  });
}
