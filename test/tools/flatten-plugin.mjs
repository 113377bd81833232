// @ts-check
import { included } from './included.mjs';

/**
 * @import { Plugin, PluginContext } from 'rolldown'
 * @typedef {ReturnType<PluginContext['parse']>['body'][number]} Statement
 * @typedef {Extract<Statement, { type: 'ExpressionStatement' }>['expression']} Expression
 */

/**
 * Makes a module of what one of others builds as a function for every kind of loader, `!function(…){…}(this, function (exports) {…})`.
 * V8 reads functions within functions again at each level, which is a tenth of what a child takes to load all packages.
 *
 * @type {Plugin}
 */
export const flattenPlugin = {
  name: 'flatten',
  transform(code, id) {
    const found = included.find(({ file }) => file === id);
    if (found?.exports === undefined) return null;
    const factory = factoryIn(this.parse(code, { lang: 'js', sourceType: 'script' }).body);
    const parameter = factory?.params[0];
    if (factory === undefined || factory.body === null || parameter?.type !== 'Identifier') {
      throw new Error(`${found.module} is built in another way than before: see flatten-plugin.mjs`);
    }
    const names = found.exports.map((name) => `export const ${name} = ${parameter.name}.${name};`);
    const content = code.slice(factory.body.start + 1, factory.body.end - 1);
    return { code: [`const ${parameter.name} = {};`, content, ...names].join('\n'), map: null };
  },
};

/** @param {readonly Statement[]} body */
function factoryIn([statement]) {
  if (statement?.type !== 'ExpressionStatement') return undefined;
  const { expression } = statement;
  const call = expression.type === 'UnaryExpression' ? expression.argument : expression;
  const factory = call.type === 'CallExpression' ? call.arguments.at(-1) : undefined;
  return factory?.type === 'FunctionExpression' ? factory : undefined;
}
