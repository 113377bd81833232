import path from 'node:path';
import ts from 'typescript';
import { root } from '../tools/run.mjs';

/** What is parsed once for all: the library of the language, and the declarations of Node. */
const ofTheLanguage = new Map<string, ts.SourceFile>();
const modules = path.join(root, 'node_modules', path.sep);

/**
 * Compiles a module strictly to a file beside it that Node 20 runs, as `tsc` does. Throws what the compiler has to say.
 *
 * @param declarations whether those of packages are checked too
 */
export function compile(file: string, declarations: 'trusted' | 'checked'): void {
  const { options, errors } = ts.convertCompilerOptionsFromJson(
    {
      target: 'ES2022',
      lib: ['ES2023', 'ESNext.Disposable', 'ES2024.SharedMemory'],
      module: 'NodeNext',
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      skipLibCheck: declarations === 'trusted',
      types: ['node'],
      typeRoots: [path.join(modules, '@types')],
    },
    path.dirname(file),
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...how) => {
    const known = ofTheLanguage.get(name) ?? getSourceFile(name, ...how);
    if (known !== undefined && name.startsWith(modules)) ofTheLanguage.set(name, known);
    return known;
  };
  const program = ts.createProgram({ rootNames: [file], options, host, configFileParsingDiagnostics: errors });
  const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (problems.length > 0) throw new Error(`${file} does not compile:\n${ts.formatDiagnostics(problems, host)}`);
}
