// @ts-check
// A module is a package: it has its name, and its README as its page. `multiprocess` comes first among the entry points, so
// that what it exports is documented there, once, in a category for each package that it comes from.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Comment, CommentTag, Converter, MinimalSourceFile, ReflectionKind } from 'typedoc';
import { readPackages } from '../../packages.mjs';
import { root } from '../../run.mjs';

/**
 * @typedef {import('typedoc').DeclarationReflection} Declaration
 * @typedef {import('typedoc').ProjectReflection} Project
 */

const UMBRELLA = 'multiprocess';
const HEADING = /^\s*# .+\n/;
const IS_ERROR = /(Error|Expired|ErrorCode)$/;

const packages = readPackages(root);
const manifests = new Map(packages.map(({ manifest }) => [manifest.name, manifest]));

/** @param {string} name @param {Set<string>} [found] */
function closure(name, found = new Set()) {
  found.add(name);
  for (const one of Object.keys(manifests.get(name)?.dependencies ?? {})) if (!found.has(one)) closure(one, found);
  return found;
}
const behindUmbrella = closure(UMBRELLA);

/** @param {Declaration} reflection @returns {string | undefined} the folder in packages/ where it is declared */
export function folderOf(reflection) {
  const file = reflection.project.getSymbolIdFromReflection(reflection)?.fileName ?? '';
  return /^packages\/([^/]+)\//.exec(path.relative(root, path.resolve(root, file)))?.[1];
}

/** @param {Project} project @returns {Declaration[]} */
export const modulesOf = (project) => project.children ?? [];

/** @param {Project} project @returns {Declaration} */
export function umbrellaOf(project) {
  const found = modulesOf(project).find(({ name }) => name === UMBRELLA);
  if (found === undefined) throw new Error(`typedoc.json has no entry point for ${UMBRELLA}`);
  return found;
}

/** @param {Declaration} module @returns {boolean} whether users install it: all but what stands behind `multiprocess` */
export const isPublic = (module) => module.name === UMBRELLA || !behindUmbrella.has(module.name);

/** @param {string} folder */
const titleOf = (folder) => folder.charAt(0).toUpperCase() + folder.slice(1).replaceAll('-', ' ');

/** @param {string} readme @param {string} folder where its table of packages has it */
const placeIn = (readme, folder) => (readme.indexOf(`](../${folder}/README.md)`) + readme.length) % readme.length;

/** @param {Declaration} reflection @param {string} category */
function categorize(reflection, category) {
  const owner = reflection.signatures?.[0] ?? reflection;
  owner.comment ??= new Comment();
  owner.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: category }]));
}

const INTERNALS = /** @type {const} */ ({
  kind: 'text',
  text: '\n\nThe names below are for the other packages of this toolkit, or occur in the types of those above.',
});

/** @param {Declaration} module */
const hasInternals = (module) =>
  !isPublic(module) && (module.children ?? []).some(({ kind }) => kind !== ReflectionKind.Reference);

/** @param {import('typedoc').Application} app */
export function nameModules(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of modulesOf(project)) {
      const folder = folderOf(module) ?? '';
      module.name = packages.find((one) => one.folder === folder)?.manifest.name ?? module.name;
      const file = path.join(root, 'packages', folder, 'README.md');
      if (!existsSync(file)) continue;
      const text = readFileSync(file, 'utf8').replace(HEADING, '');
      const at = /** @type {import('typedoc').NormalizedPath} */ (file);
      module.readme = app.converter.parseRawComment(new MinimalSourceFile(text, at), project.files).content;
      project.files.registerReflectionPath(at, module);
    }
    const umbrella = umbrellaOf(project);
    for (const child of umbrella.children ?? []) {
      const folder = folderOf(child);
      if (folder === undefined) continue;
      categorize(child, IS_ERROR.test(child.name) ? 'Errors' : titleOf(folder));
      const home = modulesOf(project).find((module) => folderOf(module) === folder && module !== umbrella);
      home?.readme?.push(...pointer(home.readme, umbrella, child));
    }
    for (const module of modulesOf(project)) if (hasInternals(module)) module.readme?.push(INTERNALS);
    const readme = readFileSync(path.join(root, 'packages', UMBRELLA, 'README.md'), 'utf8');
    const folders = packages.map(({ folder }) => folder).sort((a, b) => placeIn(readme, a) - placeIn(readme, b));
    app.options.setValue('categoryOrder', [...folders.map(titleOf), 'Errors', '*']);
  });
}

/**
 * Text for the end of a package's page, which says where names of it are documented.
 *
 * @param {readonly import('typedoc').CommentDisplayPart[]} readme
 * @param {Declaration} umbrella
 * @param {Declaration} child
 * @returns {import('typedoc').CommentDisplayPart[]}
 */
function pointer(readme, umbrella, child) {
  /** @param {Declaration} target */
  const link = (target) => /** @type {const} */ ({ kind: 'inline-tag', tag: '@link', text: target.name, target });
  const isFirst = !readme.some((part) => part.kind === 'inline-tag' && part.target === umbrella);
  return isFirst
    ? [
        { kind: 'text', text: '\n\n## Exported by multiprocess, too\n\nDocumented with ' },
        link(umbrella),
        { kind: 'text', text: ': ' },
        link(child),
      ]
    : [{ kind: 'text', text: ', ' }, link(child)];
}
