import { statSync } from 'node:fs';
import { win32 } from 'node:path';
import type { FoundProgram, Variables } from './found-program.js';

// As libuv looks for a program (search_path in src/win/process.c), and so Node: in the directory, then in PATH, for the very name if it
// has an extension, then for that name with each of these two appended. PATHEXT counts for shells only.
const PROGRAMS = ['.com', '.exe'];
const DEFAULT_PATHEXT = '.COM;.EXE;.BAT;.CMD';
const BATCH = /\.(bat|cmd)$/i;

/** Where Windows finds a program: a path from `directory`, or a name that is looked for there and in PATH. */
export function findOnWindows(name: string, env: Variables, directory: string): FoundProgram {
  const path = isWindowsPath(name) ? [] : (variable(env, 'PATH') ?? '').split(';').map(withoutQuotes).filter(Boolean);
  const folders = [directory, ...path.map((folder) => under(directory, folder))];
  const found = firstIn(folders, [...(win32.extname(name) === '' ? [] : [name]), ...PROGRAMS.map((one) => name + one)]);
  if (found !== undefined) return BATCH.test(found) ? { code: 'EINVAL', why: batchFile(found) } : { file: found };
  const extensions = (variable(env, 'PATHEXT') ?? DEFAULT_PATHEXT).split(';').filter(Boolean);
  const script = firstIn(
    folders,
    extensions.map((one) => name + one.toLowerCase()),
  );
  return { code: 'ENOENT', ...(script !== undefined && { why: batchFile(script) }) };
}

export function isWindowsPath(name: string): boolean {
  return /[/\\:]/.test(name);
}

function batchFile(file: string): string {
  return `it is ${win32.normalize(file)}, which only a shell runs: give shell: true`;
}

function firstIn(folders: readonly string[], names: readonly string[]): string | undefined {
  for (const folder of folders) {
    for (const name of names) {
      const file = under(folder, name);
      if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
    }
  }
  return undefined;
}

/** Names of variables have no case there. */
function variable(env: Variables, name: string): string | undefined {
  const key = Object.keys(env).find((one) => one.toUpperCase() === name);
  return key === undefined ? undefined : env[key];
}

/** Slashes separate folders there, too. */
function under(folder: string, path: string): string {
  return win32.isAbsolute(path) || folder === '.' ? path : `${folder.replace(/[/\\]$/, '')}/${path}`;
}

const withoutQuotes = (folder: string): string => folder.replace(/^"(.*)"$/, '$1');
