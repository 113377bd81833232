// @ts-check
// Every example of the site is a whole program once its button has copied it: it compiles by itself, from the packages alone.
import path from 'node:path';
import ts from 'typescript';
import { root } from '../run.mjs';
import { readExamples } from './site/programs.mjs';

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, 'test/tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  path.join(root, 'test'),
);

const docs = path.join(root, 'docs');
const programs = new Map(
  readExamples().map((example) => {
    const { dir, name } = path.parse(example.file);
    return [path.join(root, dir, `${name}.${example.region}.program.mts`), example];
  }),
);

const host = ts.createCompilerHost({ ...options, noUnusedLocals: false });
const { fileExists, readFile, getSourceFile } = host;
/** @param {string} file */
const textOf = (file) => {
  const program = programs.get(file)?.program;
  if (program !== undefined) return `${program}\nexport {};\n`;
  // What one example imports from another: './tasks.js' of tasks.examples.ts.
  return file.startsWith(docs) && !fileExists(file) ? readFile(file.replace(/\.ts$/, '.examples.ts')) : undefined;
};
/** @type {ts.CompilerHost['fileExists']} */
host.fileExists = (file) => fileExists(file) || textOf(file) !== undefined;
/** @type {ts.CompilerHost['readFile']} */
host.readFile = (file) => textOf(file) ?? readFile(file);
/** @type {ts.CompilerHost['getSourceFile']} */
host.getSourceFile = (file, languageVersion, ...rest) => {
  const text = textOf(file);
  return text === undefined
    ? getSourceFile(file, languageVersion, ...rest)
    : ts.createSourceFile(file, text, languageVersion, true);
};

// What a page shows may declare more than it uses.
const program = ts.createProgram(
  [...programs.keys()],
  { ...options, noUnusedLocals: false, noUnusedParameters: false },
  host,
);
for (const { file, messageText, start } of ts.getPreEmitDiagnostics(program)) {
  const example = file && programs.get(file.fileName);
  const line = file && start !== undefined ? file.text.slice(start).split('\n', 1)[0] : '';
  console.error(
    `${example?.file ?? file?.fileName}#${example?.region}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}: ${line}`,
  );
  process.exitCode = 1;
}
console.log(`${programs.size} examples are programs`);
