// @ts-check
// What `{@link …}` means where the compiler does not know: a name that its file does not import, and after `@throws` any
// name, since the compiler takes what stands there for a type.
/** @type {Record<string, string>} */
const API = { AbortSignal: 'AbortSignal', 'AbortSignal.reason': 'AbortSignal/reason' };
const OF_THE_LANGUAGE = /^(Range|Type|Syntax|Aggregate)?Error$/;
const MDN = 'https://developer.mozilla.org/en-US/docs/Web';

/** @param {string} name @returns {string | undefined} */
function pageOf(name) {
  if (OF_THE_LANGUAGE.test(name)) return `${MDN}/JavaScript/Reference/Global_Objects/${name}`;
  return API[name] && `${MDN}/API/${API[name]}`;
}

/** @param {import('typedoc').Application} app */
export function resolveNames(app) {
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
