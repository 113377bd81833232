// @ts-check
import { parseAst } from 'rolldown/parseAst';

/**
 * @typedef {readonly [start: number, end: number, text: string]} Change
 * @typedef {ReturnType<typeof parseAst>['body'][number]} Statement
 * @typedef {Extract<Statement, { type: 'ImportDeclaration' }>} ImportDeclaration
 * @typedef {Extract<Statement, { type: 'ExportNamedDeclaration' }>} ExportDeclaration
 */

/** How the line begins that `packages/native/src/loading/module-function.ts` looks for. */
const MARK = '//# function=';

/**
 * Adds to a module what makes a function of it: where its imports, its exports and each `import.meta` are, and what stands there
 * instead. So Node compiles it without its loader of modules, with compiled code that the packages have kept themselves.
 *
 * @param {string} code a module as the bundler writes it
 */
export function withRecipe(code) {
  const ascii = inAscii(code);
  const end = ascii.lastIndexOf('//# sourceMappingURL=');
  const at = end === -1 ? ascii.length : end;
  // With its own place, so that it is not taken for that of another file in which a bundler has left it.
  return `${ascii.slice(0, at)}${MARK}${JSON.stringify([at, ...changesOf(ascii)])}\n${ascii.slice(at)}`;
}

/** One byte a character, so that it need not be decoded. Such characters stand only in strings. @param {string} code */
function inAscii(code) {
  // eslint-disable-next-line no-control-regex -- these are all but ASCII
  return code.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** @param {string} code @returns {Change[]} */
function changesOf(code) {
  const { body } = parseAst(code);
  /** @type {Change[]} */
  const changes = [];
  let hasReturned = false;
  for (const statement of body) {
    if (hasReturned)
      throw new Error('A module has statements after its exports, or exports twice: see module-recipe.mjs');
    if (statement.type === 'ImportDeclaration') {
      changes.push([statement.start, statement.end, declarationsFor(statement)]);
    } else if (statement.type === 'ExportNamedDeclaration') {
      hasReturned = true;
      changes.push([statement.start, statement.end, returnFor(statement)]);
    } else if (statement.type.startsWith('Export')) {
      throw new Error(`A module has an ${statement.type}: see module-recipe.mjs`);
    }
  }
  return [...changes, ...loadersIn(body)].sort(([one], [other]) => one - other);
}

/** @param {ImportDeclaration} statement */
function declarationsFor({ source, specifiers }) {
  const module = `__load(${source.raw})`;
  const named = specifiers.flatMap((one) =>
    one.type === 'ImportSpecifier' ? [`${keyOf(one.imported)}: ${one.local.name}`] : [],
  );
  const whole = specifiers.flatMap((one) => {
    if (one.type === 'ImportSpecifier') return [];
    return [`${one.local.name} = ${module}${one.type === 'ImportDefaultSpecifier' ? '.default' : ''}`];
  });
  const all = named.length > 0 ? [...whole, `{ ${named.join(', ')} } = ${module}`] : whole;
  return all.length > 0 ? `const ${all.join(', ')};` : `${module};`;
}

/** @param {ExportDeclaration} statement */
function returnFor({ source, specifiers, declaration }) {
  if (declaration) throw new Error('A module exports a declaration: see module-recipe.mjs');
  if (source === null) {
    return `return { ${specifiers.map((one) => `${keyOf(one.exported)}: ${keyOf(one.local)}`).join(', ')} };`;
  }
  const all = specifiers.map((one) => `${keyOf(one.exported)}: __from.${keyOf(one.local)}`);
  return `const __from = __load(${source.raw}); return { ${all.join(', ')} };`;
}

/** @param {{ readonly type: string, readonly name?: string }} name */
function keyOf(name) {
  if (name.type !== 'Identifier' || name.name === undefined) throw new Error('An export has no identifier as its name');
  return name.name;
}

/** Each `import.meta`, and the word in each `import()`, wherever it is. @param {unknown} node @param {Change[]} [found] */
function loadersIn(node, found = []) {
  if (Array.isArray(node)) for (const one of node) loadersIn(one, found);
  else if (typeof node === 'object' && node !== null) {
    const { type, start, end } = /** @type {{ type?: string, start: number, end: number }} */ (node);
    if (type === 'MetaProperty' && isImportMeta(node)) found.push([start, end, '__meta']);
    if (type === 'ImportExpression') found.push([start, start + 'import'.length, '__import']);
    for (const one of Object.values(node)) loadersIn(one, found);
  }
  return found;
}

/** Not `new.target`. @param {object} node */
function isImportMeta(node) {
  return 'meta' in node && /** @type {{ meta: { name: string } }} */ (node).meta.name === 'import';
}
