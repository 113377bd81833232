// @ts-check
// What `{@link …}` means where the compiler does not know: a name that its file does not import, and after `@throws` any
// name, since the compiler takes what stands there for a type. And the member of a class is that of the class whose page
// shows the comment: the compiler finds it where it was declared first, or a function of that name in another package.
import { Converter, ReflectionKind } from 'typedoc';
import { folderOf } from './modules.mjs';

/** @type {Record<string, string>} */
const API = { AbortSignal: 'AbortSignal', 'AbortSignal.reason': 'AbortSignal/reason' };
const OF_THE_LANGUAGE = /^(Range|Type|Syntax|Aggregate)?Error$/;
const MDN = 'https://developer.mozilla.org/en-US/docs/Web';

/** @param {string} name @returns {string | undefined} */
function pageOf(name) {
  if (OF_THE_LANGUAGE.test(name)) return `${MDN}/JavaScript/Reference/Global_Objects/${name}`;
  return API[name] && `${MDN}/API/${API[name]}`;
}

const AFTER_LINKS = -1000; // the priority of a listener that runs when typedoc has resolved all links
const HAS_MEMBERS = ReflectionKind.ClassOrInterface;

/** @param {import('typedoc').Reflection | undefined} at @returns {import('typedoc').DeclarationReflection | undefined} */
function ownerOf(at) {
  while (at !== undefined && !at.kindOf(HAS_MEMBERS)) at = at.parent;
  return /** @type {import('typedoc').DeclarationReflection | undefined} */ (at);
}

/**
 * What is meant by the bare name of `target` in a comment on the page of `owner`.
 *
 * @param {import('typedoc').DeclarationReflection} owner
 * @param {import('typedoc').DeclarationReflection} target
 */
function onPageOf(owner, target) {
  const isMember = target.parent?.kindOf(HAS_MEMBERS) ?? false;
  const isFarFunction = target.kindOf(ReflectionKind.Function) && folderOf(target) !== folderOf(owner);
  if (target.parent === owner || !(isMember || isFarFunction)) return target;
  return owner.getChildByName([target.name]) ?? target;
}

/** @param {import('typedoc').ProjectReflection} project */
function preferOwnMembers(project) {
  for (const reflection of Object.values(project.reflections)) {
    const [owner, { comment }] = [ownerOf(reflection), reflection];
    if (owner === undefined || comment === undefined) continue;
    for (const part of [...comment.summary, ...comment.blockTags.flatMap(({ content }) => content)]) {
      if (part.kind !== 'inline-tag' || typeof part.target !== 'object' || !('kindOf' in part.target)) continue;
      const target = /** @type {import('typedoc').DeclarationReflection} */ (part.target);
      if (part.text === target.name) part.target = onPageOf(owner, target);
    }
  }
}

/** @param {import('typedoc').Application} app */
export function resolveNames(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => preferOwnMembers(project), AFTER_LINKS);
  app.converter.addUnknownSymbolResolver(({ symbolReference }, { project }, part) => {
    const names = symbolReference?.path?.map(({ path }) => path) ?? [];
    const page = pageOf(names.join('.'));
    if (page !== undefined) return page;
    if (part === undefined) return undefined; // a type, whose target must be an address; that of a link need not
    for (const module of project.children ?? []) {
      const found = names.length > 0 && module.getChildByName(names);
      if (found)
        return /** @type {import('typedoc').ExternalResolveResult} */ (/** @type {unknown} */ ({ target: found }));
    }
    return undefined;
  });
}
