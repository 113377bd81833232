// @ts-check

/** Modules of Node that take milliseconds to load: by the first call of one of their functions, which are all that is imported of them. */
const LOADED_LATE = new Set([
  'node:child_process',
  'node:crypto',
  'node:net',
  'node:perf_hooks',
  'node:tls',
  'node:v8',
]);

/**
 * @import { Plugin, PluginContext } from 'rolldown'
 * @typedef {Extract<ReturnType<PluginContext['parse']>['body'][number], { type: 'ImportDeclaration' }>} ImportDeclaration
 */

/**
 * Takes Node's modules by `process.getBuiltinModule` instead of `import`. An import makes Node look at each export, and some
 * exports load what they are made of: those of `node:fs` load streams. That is a tenth of what a child needs to start, and
 * we use none of it.
 *
 * @type {Plugin}
 */
export const builtinsPlugin = {
  name: 'builtins',
  renderChunk(code) {
    let rendered = code;
    for (const statement of this.parse(code).body.toReversed()) {
      if (statement.type !== 'ImportDeclaration' || !statement.source.value.startsWith('node:')) continue;
      rendered = rendered.slice(0, statement.start) + declarationFor(statement) + rendered.slice(statement.end);
    }
    // Nothing else moves: the lines stay, and a declaration has nothing to look up in the source map.
    return { code: rendered, map: null };
  },
};

/** @param {ImportDeclaration} statement */
function declarationFor({ source, specifiers }) {
  const module = `process.getBuiltinModule(${JSON.stringify(source.value)})`;
  /** @type {string[]} */
  const declarations = [];
  /** @type {string[]} */
  const properties = [];
  for (const specifier of specifiers) {
    const { name: local } = specifier.local;
    const imported = nameIn(specifier);
    if (imported === undefined) declarations.push(`const ${local} = ${module};`);
    else if (LOADED_LATE.has(source.value)) {
      declarations.push(`const ${local} = (...args) => ${module}.${imported}(...args);`);
    } else properties.push(imported === local ? local : `${imported}: ${local}`);
  }
  if (properties.length > 0) declarations.push(`const { ${properties.join(', ')} } = ${module};`);
  return declarations.join(' ');
}

/**
 * The name of an export, or undefined for the module as a whole.
 *
 * @param {ImportDeclaration['specifiers'][number]} specifier
 */
function nameIn(specifier) {
  if (specifier.type !== 'ImportSpecifier') return undefined;
  return specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name;
}
