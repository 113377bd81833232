// @ts-check
// A plugin of typedoc: the documentation as a site with three sections, Guide, API and Internals.
import { addPrograms } from './site/examples.mjs';
import { resolveNames } from './site/names.mjs';
import { nameModules } from './site/modules.mjs';
import { namePages } from './site/pages.mjs';
import { rankSearch } from './site/search.mjs';
import { frameSite } from './site/theme.mjs';

/** @param {import('typedoc').Application} app */
export function load(app) {
  for (const part of [namePages, nameModules, resolveNames, addPrograms, rankSearch, frameSite]) part(app);
}
