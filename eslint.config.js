// @ts-check
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Test frameworks replace these by fakes, in which time stands still.
const noFakes = 'Take it from `clock` of @multiprocess/shared-memory: a test framework may replace this by a fake.';
const faked = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate']
  .concat('queueMicrotask', 'performance')
  .map((name) => ({ name, message: noFakes }));
const fakedProperties = [
  { object: 'process', property: 'nextTick', message: noFakes },
  { object: 'process', property: 'hrtime', message: noFakes },
  { object: 'Date', property: 'now', message: noFakes },
];
// Test frameworks give every test file a copy of `process`, whose listeners nothing calls.
const noCopy = "Use nodeProcess, imported from 'node:process': under Jest, nothing calls listeners of the global.";
const copiedProperties = ['on', 'once', 'off', 'removeListener', 'listenerCount', 'rawListeners', 'emit'].map(
  (property) => ({
    object: 'process',
    property,
    message: noCopy,
  }),
);
const fakedModules = [
  { name: 'node:timers', message: noFakes },
  { name: 'node:timers/promises', message: noFakes },
  { name: 'node:perf_hooks', importNames: ['performance'], message: noFakes },
];

/** What `instanceof` cannot tell of a value of another realm, which `node:vm`, Jest and jsdom make; and what can. */
const REALM_CLASSES =
  'Error|EvalError|RangeError|ReferenceError|SyntaxError|TypeError|URIError|AggregateError|Promise|Map|Set|WeakMap|WeakSet|' +
  'Date|RegExp|ArrayBuffer|SharedArrayBuffer|DataView|\\w+Array|Array|Object|Function|URL|URLSearchParams|AbortSignal|DOMException';

/** The native part of a package has one door, as the layers do. */
const nativeElsewhere = {
  name: '@multiprocess/shared-memory',
  importNames: ['native'],
  message: 'Only platform.ts of a package calls the native part: give it the function you need, and import that.',
};

const restrictedSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Export it by its name, which is then the same everywhere.' },
  {
    selector: 'ExportAllDeclaration[exported=null]',
    message: 'Name what is exported: an index is a list to read.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of strings, or constants: an enum is no JavaScript.' },
];

const sourceSyntax = [
  ...restrictedSyntax,
  {
    selector: `BinaryExpression[operator="instanceof"][right.name=/^(${REALM_CLASSES})$/]`,
    message:
      'A value of another realm is no instance of it: ask `types` of node:util, or isError, isUrl, … of @multiprocess/shared-memory.',
  },
  {
    selector: `BinaryExpression[operator=/^[!=]==$/] > MemberExpression[property.name="prototype"][object.name=/^(${REALM_CLASSES})$/]`,
    message: 'Another realm has another prototype: ask isPlainObject, Array.isArray, or `types` of node:util.',
  },
  {
    selector: `BinaryExpression[operator=/^[!=]==$/][left.property.name="constructor"][right.name=/^(${REALM_CLASSES})$/]`,
    message: 'Another realm has another constructor: ask isPlainObject, Array.isArray, or `types` of node:util.',
  },
  {
    selector: 'ImportExpression[source.type!="Literal"]',
    message: 'Modules of the program are imported by importModule() of @multiprocess/serialization, which guards them.',
  },
];

export default defineConfig(
  globalIgnores([
    'test/toolchains/fixtures/typescript/**', // for older compilers, each with a project of its own
    '**/build/',
    '**/dist/',
    '**/target/',
    'docs/api/',
    'test/.cache/',
    'packages/native/npm/',
    'packages/*/*.cjs',
    // Data in a file with a dot, which no tsconfig includes.
    '.dependency-cruiser.mjs',
    // Programs for what Node runs as CommonJS only: snapshots, single executables.
    'test/**/fixtures/**/*.cjs',
  ]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        // The page of the dashboard has the library of browsers.
        project: ['tsconfig.lint.json', 'packages/multiprocess/src/dashboard/page/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', 400],
      eqeqeq: 'error',
      'sort-imports': ['error', { ignoreCase: true, ignoreDeclarationSort: true }],
      'no-restricted-syntax': ['error', ...restrictedSyntax],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A number or a boolean has one obvious text, and nearly every message contains one.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `for (;;)` says it better, but a loop around a compare-exchange may also be written with `true`.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // Contradicts noPropertyAccessFromIndexSignature of tsconfig.base.json.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // `() => lock.release()` and `return this.#write(value)` read well where the result is void on both sides.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // There are no enums here: see no-restricted-syntax. Looking for them takes a tenth of all the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // Doing nothing is what an idle doorbell or a swallowed rejection is to do.
      '@typescript-eslint/no-empty-function': 'off',
      // Overloads that a reader should see apart have comments apart.
      '@typescript-eslint/unified-signatures': [
        'error',
        { ignoreDifferentlyNamedParameters: true, ignoreOverloadsWithDifferentJSDoc: true },
      ],
      // With noUncheckedIndexedAccess every element of a typed array may be undefined: `!` marks an index that is known
      // to be inside, and stands out less than a test that cannot fail.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // An async method of an interface stays async in an implementation that happens not to wait.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // `for (const _ of workers)`: as often as there are workers.
    files: ['docs/site/*.examples.ts'],
    rules: { '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_$' }] },
  },
  {
    // The runner waits for what `test` returns.
    files: ['docs/guide/testing-node.examples.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: 'test', package: 'node:test' }] },
      ],
    },
  },
  {
    // Examples are programs of users, whose own tests may well fake what they call.
    files: ['packages/*/src/**/*.ts'],
    // In a browser there are no others.
    ignores: [
      'packages/shared-memory/src/base/clock.ts',
      'packages/multiprocess/src/dashboard/page/**',
      '**/*.examples.ts',
    ],
    rules: {
      'no-restricted-globals': ['error', ...faked],
      'no-restricted-properties': ['error', ...fakedProperties, ...copiedProperties],
      'no-restricted-imports': ['error', { paths: [...fakedModules, nativeElsewhere] }],
    },
  },
  {
    files: [
      'packages/*/src/**/platform.ts',
      'packages/shared-memory/src/index.ts',
      'packages/serialization/src/classes/known-errors.ts', // takes all classes of errors, whatever else there is
    ],
    rules: { 'no-restricted-imports': ['error', { paths: fakedModules }] },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    // What asks for others, and what imports for them.
    ignores: [
      'packages/shared-memory/src/base/built-ins.ts',
      // Fast paths: what is of another realm goes on to what recognises it.
      'packages/serialization/src/encode/encoder.ts',
      'packages/serialization/src/records/record-writer.ts',
      // Values that the decoder has just made here.
      'packages/serialization/src/values/is-plain.ts',
      'packages/serialization/src/functions/load-module.ts',
      // A program of this toolkit's own, not a module of the user's.
      'packages/shared-memory/src/runtime/take-over.ts',
      'packages/serialization/src/functions/tool-helpers.ts',
      '**/*.examples.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...sourceSyntax] },
  },
  {
    // `typeof import('./worker.js')` is how users name a module that they do not import.
    files: ['**/*.examples.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }] },
  },
  {
    // The runners of these files ask for a default export.
    files: ['**/*.config.ts', '**/*.config.js'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // Typed by comments, which the compiler heeds (under // @ts-check) and these rules cannot see.
    files: ['**/*.mjs', '**/*.js'],
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
    },
  },
  {
    // Compiles object literals whose names are JSON and whose values are all the same call.
    files: ['packages/serialization/src/records/shape.ts'],
    rules: { '@typescript-eslint/no-implied-eval': 'off' },
  },
  {
    // The program of a worker thread that loads nothing it does not need. No test framework puts fakes into that.
    files: ['packages/redis/src/session/renewer-main.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  // Child programs are a few lines of plain JavaScript.
  { files: ['test/**/fixtures/**/*.mjs', 'test/attacks/**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ['test/**'],
    rules: {
      // `expect(queue.put)` takes objects apart on purpose.
      '@typescript-eslint/unbound-method': 'off',
      // What users hand over is sparse, empty, spread and made at run time; so is what the tests hand over.
      'no-sparse-arrays': 'off',
      // Letting go of an object is what a test of garbage collection does.
      'no-useless-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      // `foreign<Uint8Array>('…')` says what the text makes.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-implied-eval': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `using _ = lock.holdSync()` is held, not read.
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
    },
  },
);
