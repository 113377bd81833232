// @ts-check
// Every class and function that `multiprocess` exports says what it is and shows it in use: by an example of its own that is
// compiled (see snippets/sync-snippets.mjs), or by a link to what has one, as the forms that block link to those that await.
import path from 'node:path';
import ts from 'typescript';
import { root } from '../run.mjs';

const ENTRY = path.join(root, 'packages/multiprocess/src/index.ts');
const KINDS = ts.SymbolFlags.Class | ts.SymbolFlags.Function | ts.SymbolFlags.Variable;
// What a caller handles by its class and code is told where it is thrown; constants where they are given.
const IS_TOLD_ELSEWHERE = /(Error|Expired)$|^[A-Z]+(_[A-Z]+)*$/;

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, 'packages/multiprocess/tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  path.dirname(ENTRY),
);
const program = ts.createProgram([ENTRY], options);
const checker = program.getTypeChecker();
const source = program.getSourceFile(ENTRY);
const entry = source && checker.getSymbolAtLocation(source);
if (entry === undefined) throw new Error(`${ENTRY} exports nothing`);

/** @type {Map<string, ts.Symbol>} */
const exported = new Map();
for (const symbol of checker.getExportsOfModule(entry)) {
  const found = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (found.flags & KINDS && !IS_TOLD_ELSEWHERE.test(symbol.name)) exported.set(symbol.name, found);
}

/** @param {ts.Symbol} symbol */
const hasExample = (symbol) =>
  symbol
    .getJsDocTags(checker)
    .some(({ name, text }) => name === 'example' && ts.displayPartsToString(text).includes('source="'));

/** @param {ts.Symbol} symbol */
const linked = (symbol) =>
  symbol
    .getDocumentationComment(checker)
    .filter(({ kind }) => kind === 'linkName' || kind === 'linkText') // the latter where the file does not import it
    .flatMap(({ text }) => exported.get(/\w+/.exec(text)?.[0] ?? '') ?? []);

/**
 * @param {ts.Symbol} symbol
 * @param {Set<ts.Symbol>} [seen]
 * @returns {boolean}
 */
const isShown = (symbol, seen = new Set([symbol])) =>
  hasExample(symbol) || linked(symbol).some((other) => !seen.has(other) && isShown(other, seen.add(other)));

let complaints = 0;
/** @param {string} complaint */
const complain = (complaint) => {
  complaints++;
  console.error(complaint);
};
for (const [name, symbol] of exported) {
  if (symbol.getDocumentationComment(checker).length === 0) complain(`${name}: does not say what it is`);
  else if (!isShown(symbol)) complain(`${name}: shows no compiled example, and links to nothing that does`);
}
process.exitCode = complaints === 0 ? 0 : 1;
