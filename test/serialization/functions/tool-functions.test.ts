import { deserialize, serialize } from '@multiprocess/serialization';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';

type Any = (...args: unknown[]) => unknown;

/** The function that the source makes with these names around it, as it arrives elsewhere. */
function sent(source: string, around: Record<string, unknown> = {}): Any {
  const made = new Function(...Object.keys(around), `return (${source})`)(...Object.values(around)) as Any;
  return deserialize(serialize(made)) as Any;
}

function errorOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not throw');
}

describe('a function that a tool has changed runs as it was written', () => {
  test('by esbuild with keepNames, as tsx does: names are given to inner functions', () => {
    const { code } = transformSync(
      'export const outer = () => { const inner = () => 1; return [inner.name, inner()]; }',
      {
        keepNames: true,
        format: 'cjs',
        target: 'node20',
      },
    );
    expect(code).toContain('__name');
    const module = { exports: {} as { outer: Any } };
    new Function('module', 'exports', code)(module, module.exports);
    expect((deserialize(serialize(module.exports.outer)) as Any)()).toEqual(['inner', 1]);
  });

  test.each([
    {
      tool: 'istanbul, counting statements, functions and branches',
      source:
        'function f(x) { cov_1a2b$().f[0]++; cov_1a2b$().s[1]++; return (cov_1a2b$().b[0][1]++, x) ? (cov_1a2b$().bT[3][0]++, 2 * x) : 0; }',
    },
    {
      tool: 'an old istanbul, counting in an object',
      source: "function f(x) { __cov_abc.f['1']++; __cov_abc.s['2']++; return 2 * x; }",
    },
    {
      tool: 'Stryker, with mutants',
      source:
        'function f(x) { if (stryMutAct_9fa48("0")) { {} } else { stryCov_9fa48("0"); return stryMutAct_9fa48("1") ? x / 2 : (stryCov_9fa48("1"), 2 * x); } }',
    },
    { tool: 'a coverage tool that leaves comments', source: 'function f(x) { /* c8 ignore next */ return 2 * x; }' },
    { tool: 'no tool, with a parameter of that name', source: 'function f(x, __name = 2) { return x * __name; }' },
  ])('by $tool', ({ source }) => {
    expect(sent(source)(21)).toBe(42);
  });

  test('by Vite: import() within it is an import', async () => {
    const fn = sent('async () => (await __vite_ssr_dynamic_import__("node:path")).basename("a/b")');
    expect(await fn()).toBe('b');
  });

  test('and can be sent on', () => {
    expect((deserialize(serialize(sent('() => __name(() => 1, "one").name'))) as Any)()).toBe('one');
  });
});

describe('a function that a tool has changed beyond that says so when it is called', () => {
  test.each([
    { tool: 'Vite (vitest)', name: '__vite_ssr_import_0__', advice: 'import within the function' },
    { tool: 'Vite (vitest)', name: '__vi_import_0__', advice: 'import within the function' },
    { tool: 'Vite (vitest)', name: '__vite_ssr_import_meta__', advice: 'import.meta' },
    { tool: 'webpack', name: '_tool__WEBPACK_IMPORTED_MODULE_0__', advice: 'import within the function' },
    { tool: 'TypeScript', name: '__awaiter', advice: 'the version of Node' },
    { tool: 'TypeScript', name: 'tslib_1', advice: 'the version of Node' },
    { tool: 'swc', name: '_async_to_generator', advice: 'the version of Node' },
    { tool: 'Babel', name: '_asyncToGenerator', advice: 'the version of Node' },
    { tool: 'Babel', name: '_objectSpread2', advice: 'the version of Node' },
    { tool: 'esbuild (tsx)', name: '__spreadValues', advice: 'the version of Node' },
    { tool: '', name: 'node_fs_1', advice: 'import within the function' },
    { tool: '', name: '_helper', advice: 'as an argument' },
    { tool: '', name: 'captured', advice: 'Pass captured as an argument' },
  ])('$name: names $tool, and shows task', ({ tool, name, advice }) => {
    const error = errorOf(() => sent(`function total(n) { return ${name}(n); }`)(1));
    expect(error.name).toBe('ReferenceError');
    expect(error.message).toContain(`${name} is not defined: total was sent as its source`);
    expect(error.message).toContain(tool);
    expect(error.message).toContain(advice);
    expect(error.message).toContain('task(import.meta, function total(');
  });
});
