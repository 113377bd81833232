// @ts-check
// The frame of the pages: three sections in the bar and in the sidebar, and what search engines and link previews read.
import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DefaultTheme, JSX, PageEvent, ReflectionKind, RendererEvent } from 'typedoc';
import { root } from '../../run.mjs';
import { isPublic, modulesOf, umbrellaOf } from './modules.mjs';
import { fileOf, firstParagraph, guidesInOrder, isGuide } from './pages.mjs';

/**
 * @typedef {import('typedoc').DeclarationReflection} Declaration
 * @typedef {import('typedoc').DocumentReflection} Page
 * @typedef {import('typedoc').NavigationElement} Element
 */

const { description, homepage } = JSON.parse(
  readFileSync(path.join(root, 'packages/multiprocess/package.json'), 'utf8'),
);
const DESCRIPTION_LENGTH = 200;
const PREVIEW = 'assets/preview.png'; // 1200 × 630, the front page

class SiteTheme extends DefaultTheme {
  /** @override @param {import('typedoc').ProjectReflection} project @returns {Element[]} */
  buildNavigation(project) {
    /** @param {Declaration | Page} at @returns {Element} */
    const leaf = (at) => ({ text: at.name, path: this.router.getFullUrl(at), kind: at.kind });
    /** @param {Declaration} module @returns {Element} */
    const branch = (module) => ({
      ...leaf(module),
      ...(module.children === undefined ? {} : { children: namesOf(module).map(leaf) }),
    });
    const pages = project.documents ?? [];
    const umbrella = umbrellaOf(project);
    const others = modulesOf(project).filter((module) => module !== umbrella);
    const rest = pages.filter((page) => !isGuide(page));
    const isDesign = (/** @type {Page} */ page) => fileOf(page).startsWith('docs/design/');
    return [
      { text: 'Guide', children: guidesInOrder(pages).map(leaf) },
      {
        text: 'API',
        children: [
          { ...leaf(umbrella), text: 'All names' },
          ...(umbrella.categories ?? []).map(({ title, children }) => ({
            text: title,
            children: children.filter((one) => one.isDeclaration()).map(leaf),
          })),
          ...others.filter(isPublic).map(branch),
        ],
      },
      {
        text: 'Internals',
        children: [
          ...rest.filter((page) => !isDesign(page)).map(leaf),
          { text: 'Design', children: rest.filter(isDesign).map(leaf) },
          { text: 'Packages', children: others.filter((module) => !isPublic(module)).map(branch) },
        ],
      },
    ];
  }
}

/** @param {Declaration} module what is used most comes first */
const namesOf = ({ children = [] }) => {
  const order = [ReflectionKind.Class, ReflectionKind.Function, ReflectionKind.Variable];
  /** @param {Declaration} at */
  const place = ({ kind }) => (order.indexOf(kind) + order.length + 1) % (order.length + 1);
  return [...children].sort((a, b) => place(a) - place(b));
};

/** @param {import('typedoc').Reflection} model @returns {string} what the page says first */
function aboutOf(model) {
  if (model.isProject()) return description;
  if (model.isDocument()) return firstParagraph(model.content) || description;
  const declaration = /** @type {Declaration} */ (model);
  const comment = declaration.comment ?? declaration.signatures?.[0]?.comment;
  return firstParagraph(comment?.summary ?? declaration.readme ?? []) || description;
}

/** @param {string} text */
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** @param {PageEvent<import('typedoc').Reflection>} page @returns {string} */
function previewTags(page) {
  const { model, project, url } = page;
  const isFront = model.isProject();
  const tags = {
    'og:title': isFront ? project.name : `${model.name} | ${project.name}`,
    'og:description': aboutOf(model).slice(0, DESCRIPTION_LENGTH),
    'og:type': isFront ? 'website' : 'article',
    'og:site_name': project.name,
    'og:url': new URL(isFront ? '' : url, homepage).href,
    'og:image': new URL(PREVIEW, homepage).href,
  };
  const lines = Object.entries(tags).map(([name, text]) => `<meta property="${name}" content="${escape(text)}"/>`);
  return [...lines, '<meta name="twitter:card" content="summary_large_image"/>'].join('');
}

/** @param {import('typedoc').Application} app */
export function frameSite(app) {
  app.renderer.defineTheme('multiprocess', SiteTheme);
  app.on('bootstrapEnd', () => app.options.setValue('hostedBaseUrl', homepage));
  app.renderer.hooks.on('head.end', ({ page }) => JSX.createElement(JSX.Raw, { html: previewTags(page) }));

  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    copyFileSync(path.join(root, 'docs/site/preview.png'), path.join(outputDirectory, PREVIEW));
  });

  app.renderer.on(PageEvent.END, (page) => {
    const { project, url, model } = page;
    const router = app.renderer.router;
    const [start] = guidesInOrder(project.documents ?? []).slice(1);
    const architecture = project.documents?.find((one) => fileOf(one) === 'ARCHITECTURE.md');
    const base = '../'.repeat(url.split('/').length - 1);
    const links = Object.entries({ Guide: start, API: umbrellaOf(project), Internals: architecture }).map(
      ([text, target]) => `<a href="${base}${target && router?.getFullUrl(target)}">${text}</a>`,
    );
    const about = escape(aboutOf(/** @type {import('typedoc').Reflection} */ (model)).slice(0, DESCRIPTION_LENGTH));
    page.contents = (page.contents ?? '')
      .replace('<div id="tsd-toolbar-links"></div>', `<div id="tsd-toolbar-links">${links.join('')}</div>`)
      .replace(/<meta name="description" content="[^"]*"\/>/, `<meta name="description" content="${about}"/>`);
  });
}
