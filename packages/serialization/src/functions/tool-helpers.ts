// Compilers, bundlers and coverage tools write names into functions that stand for helpers of theirs, which are outside
// of the function, and so are not sent with its source. Those that change nothing but names and counters are supplied
// here; of the others it can be said at least which tool has written them.

type Helper = (...args: never[]) => unknown;

/** Every counter is 0, and stays so. */
const counters: object = new Proxy({}, { get: () => 0, set: () => true });
/** A list of counters for every branch. */
const branches: object = new Proxy({}, { get: () => counters });
const coverage = { s: counters, f: counters, b: branches, bT: branches };

const SUPPLIED: readonly { readonly name: RegExp; readonly helper: Helper | object }[] = [
  // esbuild with keepNames, and so tsx: gives a function the name that it had in the source.
  {
    name: /\b__name\b/g,
    helper: (fn: object, name: string) => Object.defineProperty(fn, 'name', { value: name, configurable: true }),
  },
  // istanbul, and so nyc, Jest and vitest with its coverage: counts. Older versions have an object, newer ones a function.
  { name: /\bcov_[\w$]+/g, helper: () => coverage },
  { name: /\b__cov_[\w$]+/g, helper: coverage },
  // Stryker: counts, and tells which mutant is active; in another process none is.
  { name: /\bstryCov_\w+/g, helper: () => true },
  { name: /\bstryMutAct_\w+/g, helper: () => false },
  // Vite, and so vitest: `import()`. It gets what Node would get, except for paths of the project.
  { name: /\b__(?:vite_ssr|vi)_dynamic_import__\b/g, helper: (specifier: string) => import(specifier) },
];

/** The helpers that the source of a function mentions and that can be supplied, by their names. */
export function helpersIn(source: string): ReadonlyMap<string, Helper | object> {
  const found = new Map<string, Helper | object>();
  for (const { name, helper } of SUPPLIED) for (const [used] of source.matchAll(name)) found.set(used, helper);
  return found;
}

const IMPORT = 'stands for an import: import within the function, by await import(…)';
const HELPER = 'stands for a helper: compile for the version of Node that runs it';

const KNOWN: readonly { readonly name: RegExp; readonly tool: string; readonly is: string }[] = [
  { name: /^__(vite_ssr|vi)_(import|esm)_\d+__$|^__vi_import_/, tool: 'Vite (vitest)', is: IMPORT },
  {
    name: /^__vite_ssr_import_meta__$|^__vite__/,
    tool: 'Vite (vitest)',
    is: 'stands for import.meta: pass what you need of it as an argument',
  },
  { name: /__WEBPACK_|^__webpack_/, tool: 'webpack', is: IMPORT },
  { name: /^__turbopack_/, tool: 'Turbopack', is: IMPORT },
  {
    name: /^(__(awaiter|generator|spreadArray|assign|rest|decorate|extends|values|read|asyncValues|asyncGenerator|asyncDelegator|addDisposableResource|disposeResources|classPrivateField\w+|esDecorate|makeTemplateObject|import(Default|Star))|tslib_\d+)$/,
    tool: 'TypeScript',
    is: HELPER,
  },
  {
    name: /^_ts_|^_tagged_template|^_(async_to_generator|object_spread(_props)?|define_property|class_(call_check|private_\w+)|to_consumable_array|sliced_to_array|interop_require_\w+|extends|type_of)$/,
    tool: 'swc',
    is: HELPER,
  },
  {
    name: /^_(asyncToGenerator|objectSpread2?|defineProperty|classCallCheck|createClass|classPrivate\w+|toConsumableArray|slicedToArray|interopRequire\w+|extends|typeof|regenerator\w*|wrapAsyncGenerator|taggedTemplate\w*)$/,
    tool: 'Babel',
    is: HELPER,
  },
  {
    name: /^__(async|spread(Values|Props)|publicField|private(Get|Set|Add|Method|In)|rest|objRest|pow|yieldStar|forAwait|await|asyncGenerator|using|callDispose|decorate\w*|template|to(ESM|CommonJS)|require|commonJS|esm|export|defProp|getOwnProp\w+)$/,
    tool: 'esbuild (tsx)',
    is: HELPER,
  },
];

/** What to do about a name that is not defined: the beginning of a sentence, told by what has written the name. */
export function remedyFor(missing: string): string {
  const known = KNOWN.find(({ name }) => name.test(missing));
  if (known !== undefined) return `It comes from ${known.tool}, and ${known.is}`;
  // What TypeScript and Babel call imports in CommonJS is a name as any.
  const perhaps = /^_\w+$|_\d+$/.test(missing)
    ? ' (or, if a compiler has made it of an import, import within the function)'
    : '';
  return `Pass ${missing} as an argument${perhaps}`;
}
