// @ts-check
// The import declarations of a file of examples, with only the names that a part of it uses.
import ts from 'typescript';

/** @typedef {{ from: string, name: string }} Import name: as it stands in the braces */

/**
 * The names of an import declaration that are used.
 *
 * @param {ts.ImportDeclaration} declaration
 * @param {ReadonlySet<string>} used
 * @param {(specifier: string, name: string) => string} packageOf where a user imports that name from
 * @returns {Import[]}
 */
export function importsOf({ importClause, moduleSpecifier }, used, packageOf) {
  const specifier = /** @type {ts.StringLiteral} */ (moduleSpecifier).text;
  const bindings = importClause?.namedBindings;
  /** @type {Import[]} */
  const found = [];
  const word = importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type ' : '';
  if (bindings !== undefined && ts.isNamedImports(bindings))
    for (const { name, propertyName, isTypeOnly } of bindings.elements) {
      if (!used.has(name.text)) continue;
      const original = propertyName === undefined ? name.text : `${propertyName.text} as ${name.text}`;
      const from = packageOf(specifier, (propertyName ?? name).text);
      found.push({ from, name: `${word || (isTypeOnly ? 'type ' : '')}${original}` });
    }
  else if (bindings !== undefined && used.has(bindings.name.text))
    return [{ from: specifier, name: `* as ${bindings.name.text}` }];
  if (importClause?.name !== undefined && used.has(importClause.name.text))
    found.push({ from: specifier, name: `default as ${importClause.name.text}` });
  return found;
}

/** @param {readonly Import[]} imports @returns {string} one line for each module, those of Node first */
export function writeImports(imports) {
  const modules = [...new Set(imports.map(({ from }) => from))];
  modules.sort((a, b) => Number(b.startsWith('node:')) - Number(a.startsWith('node:')) || (a < b ? -1 : 1));
  return modules
    .map((from) => {
      const names = [...new Set(imports.filter((one) => one.from === from).map(({ name }) => name))];
      const all = names.find((name) => name.startsWith('* as '));
      if (all !== undefined) return `import ${all} from '${from}';`;
      if (names.every((name) => name.startsWith('type ')))
        return `import type { ${names.map((name) => name.slice(5)).join(', ')} } from '${from}';`;
      return `import { ${names.join(', ')} } from '${from}';`;
    })
    .join('\n');
}
