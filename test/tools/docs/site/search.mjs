// @ts-check
// What the search finds first: names of `multiprocess` and pages of the guide before members, and internals last. A member is
// found by `Class.member`, too, and a page by the commands that it shows in use.
import { IndexEvent } from 'typedoc';
import { isPublic, umbrellaOf } from './modules.mjs';
import { isGuide } from './pages.mjs';

/** @typedef {import('typedoc').DeclarationReflection | import('typedoc').DocumentReflection} Found */

const BOOSTS = { name: 20, guide: 40, member: 1, otherPackage: 0.5, internal: 0.1 };
// The search tells neither `Pool.map` from `Pool.mapAsync` nor `Queue.get` from `SimpleQueue.get` when the first is typed.
const SHORT = 20;
const WEIGHTS = { exact: 400, commands: 2000 };
const TRANSCRIPT = /\$ npx multiprocess ([a-z]+(?:-[a-z]+)*)/g;

/** @param {import('typedoc').Reflection} reflection @returns {import('typedoc').DeclarationReflection | undefined} */
function moduleOf(reflection) {
  let at = reflection;
  while (at.parent !== undefined && !at.parent.isProject()) at = at.parent;
  return at.isDeclaration() ? at : undefined;
}

/** @param {Found} found @returns {string} by which name it is looked for */
function fullName(found) {
  const { parent } = found;
  return parent === undefined || parent.isProject() || parent === moduleOf(found)
    ? found.name
    : `${parent.name}.${found.name}`;
}

/** @param {Found} found */
function boostOf(found) {
  if (found.isDocument()) return isGuide(found) ? BOOSTS.guide : BOOSTS.internal;
  const module = moduleOf(found);
  if (module === undefined || !isPublic(module)) return BOOSTS.internal;
  const place = found === module || found.parent === module ? BOOSTS.name : BOOSTS.member;
  return place * (module === umbrellaOf(found.project) ? 1 : BOOSTS.otherPackage);
}

/** @param {import('typedoc').Application} app */
export function rankSearch(app) {
  app.renderer.on(IndexEvent.PREPARE_INDEX, (event) => {
    Object.assign(event.searchFieldWeights, WEIGHTS);
    event.searchResults.forEach((found, at) => {
      const name = fullName(found);
      found.relevanceBoost = (found.relevanceBoost ?? 1) * boostOf(found) * (1 + SHORT / name.length) ** 2;
      const text = found.isDocument() ? found.content.map((part) => part.text).join('') : '';
      const commands = [...text.matchAll(TRANSCRIPT)].map(([, command]) => command).join(' ');
      event.searchFields[at] = { ...event.searchFields[at], exact: name, commands };
    });
  });
}
