// @ts-check
// Makes whole programs of examples. A page shows a region of a `*.examples.ts`; the site shows it with its imports, and its
// button copies it with all that it needs of that file: imports by the names of packages, declarations, and for a parameter
// of the function around it a `declare const` that says what to put there.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../../run.mjs';
import { importsOf, writeImports } from './imports.mjs';

/**
 * @typedef {{ file: string, region: string, body: string, imports: string, program: string }} Example
 *   file: from the root; imports: those that `body` uses, '' for none
 */

/** @param {ts.Node} node @returns {Set<string>} every identifier in it that may refer to something outside */
function namesIn(node) {
  /** @type {Set<string>} */
  const names = new Set();
  /** @param {ts.Node} at */
  const visit = (at) => {
    if (ts.isIdentifier(at)) names.add(at.text);
    if (ts.isPropertyAccessExpression(at)) visit(at.expression);
    else if (ts.isPropertyAssignment(at)) visit(at.initializer);
    else ts.forEachChild(at, visit);
  };
  visit(node);
  return names;
}

/** @param {ts.Statement} statement @returns {string[]} */
function declaredBy(statement) {
  if (ts.isVariableStatement(statement)) {
    /** @param {ts.BindingName} name @returns {string[]} */
    const bound = (name) =>
      ts.isIdentifier(name)
        ? [name.text]
        : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : bound(element.name)));
    return statement.declarationList.declarations.flatMap(({ name }) => bound(name));
  }
  const { name } = /** @type {ts.NamedDeclaration} */ (/** @type {unknown} */ (statement));
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}

const REGION = /^[ \t]*\/\/ #region (\w+)$/gm;

/** @param {string} text */
function unindent(text) {
  const lines = text.split('\n');
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(margin)).join('\n');
}

/** @param {string} text */
const withoutMarks = (text) => text.replaceAll(/^[ \t]*\/\/ #(end)?region.*\n/gm, '').replace(/\s+$/, '');

/**
 * The function that a region is a part of.
 *
 * @param {ts.SourceFile} source
 * @param {number} begin
 * @param {number} end
 * @returns {ts.FunctionDeclaration | undefined}
 */
const functionAround = (source, begin, end) =>
  source.statements
    .filter((one) => ts.isFunctionDeclaration(one))
    .find((one) => one.getStart(source) < begin && one.end > end);

/**
 * What is within a region: its statements, also those in others, and all names in it.
 *
 * @param {ts.SourceFile} source
 * @param {(node: ts.Node) => boolean} isWithin
 */
function contentsOf(source, isWithin) {
  /** @type {ts.Statement[]} */
  const statements = [];
  /** @type {Set<string>} */
  const names = new Set();
  /** @param {ts.Node} node @returns {void} */
  const visit = (node) => {
    if (!isWithin(node)) return ts.forEachChild(node, visit);
    if (ts.isStatement(node)) statements.push(node);
    for (const name of namesIn(node)) names.add(name);
  };
  visit(source);
  return { statements, names };
}

/**
 * What a region needs of its file: declarations at its top and in the function around, and parameters of that. All names in
 * these are added to `used`.
 *
 * @param {ts.SourceFile} source
 * @param {(node: ts.Node) => boolean} isWithin
 * @param {ts.FunctionDeclaration | undefined} around
 * @param {readonly ts.Statement[]} shown
 * @param {Set<string>} used
 */
function neededBy(source, isWithin, around, shown, used) {
  const isUsed = (/** @type {string} */ name) => used.has(name);
  const parameters = (around?.parameters ?? []).filter(({ name }) => ts.isIdentifier(name) && isUsed(name.text));
  const begin = Math.min(...shown.map(({ pos }) => pos));
  const local = (around?.body?.statements ?? []).filter((one) => one.end <= begin && declaredBy(one).some(isUsed));
  for (const node of [...parameters, ...local]) for (const name of namesIn(node)) used.add(name);

  const own = new Set([
    ...parameters.map(({ name }) => name.getText(source)),
    ...[...shown, ...local].flatMap(declaredBy),
  ]);
  /** @type {Set<ts.Statement>} */
  const needed = new Set(local);
  const outside = source.statements.filter((one) => one !== around && !isWithin(one));
  for (const name of used) {
    const statement = own.has(name) ? undefined : outside.find((one) => declaredBy(one).includes(name));
    if (statement === undefined) continue;
    needed.add(statement);
    for (const other of namesIn(statement)) used.add(other); // a Set goes on with what is added meanwhile
  }
  return {
    declarations: [...needed].sort((a, b) => a.pos - b.pos).map((one) => unindent(withoutMarks(one.getText(source)))),
    given: parameters.map(
      ({ name, type }) => `declare const ${name.getText(source)}: ${type?.getText(source) ?? 'unknown'};`,
    ),
  };
}

/**
 * @param {string} file from the root
 * @param {(specifier: string, name: string) => string} packageOf where a user imports that name from
 * @returns {Example[]}
 */
function examplesOf(file, packageOf) {
  const text = readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return [...text.matchAll(REGION)].map((match) => {
    const begin = match.index + match[0].length + 1;
    const end = text.indexOf('// #endregion', begin);
    /** @param {ts.Node} node */
    const isWithin = (node) => node.getStart(source) >= begin && node.end <= end;
    const { statements, names } = contentsOf(source, isWithin);
    /** @param {ReadonlySet<string>} used */
    const importing = (used) =>
      writeImports(
        source.statements
          .filter((one) => ts.isImportDeclaration(one))
          .filter((one) => !isWithin(one))
          .flatMap((one) => importsOf(one, used, packageOf)),
      );

    const body = unindent(text.slice(begin, text.lastIndexOf('\n', end)));
    const imports = importing(names);
    const used = new Set(names);
    const { declarations, given } = neededBy(source, isWithin, functionAround(source, begin, end), statements, used);
    const parts = [importing(used), declarations.join('\n'), given.join('\n'), body];
    return { file, region: match[1] ?? '', body, imports, program: parts.filter((part) => part !== '').join('\n\n') };
  });
}

/** @param {string} folder from the root @returns {string[]} */
function examplesIn(folder) {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.examples.ts') && !/(^|\/)(node_modules|build|dist|target|api)\//.test(name))
    .map((name) => path.join(folder, name));
}

/** @param {string} file an index of a package */
const exportsOf = (file) =>
  new Set([...readFileSync(path.join(root, file), 'utf8').matchAll(/\w+/g)].map(([name]) => name));

/**
 * Every region of every file of examples.
 *
 * @returns {Example[]}
 */
export function readExamples() {
  const umbrella = exportsOf('packages/multiprocess/src/index.ts');
  return [...examplesIn('docs'), ...examplesIn('packages')].flatMap((file) => {
    const [, folder] = /^packages\/([^/]+)\//.exec(file) ?? [];
    return examplesOf(file, (specifier, name) => {
      const isOurs = specifier.startsWith('.') || specifier.startsWith('@multiprocess/');
      if (isOurs && umbrella.has(name)) return 'multiprocess';
      if (specifier.startsWith('.') && folder !== undefined) return `@multiprocess/${folder}`;
      return specifier.replace('.examples.js', '.js'); // as a reader would call the file
    });
  });
}
