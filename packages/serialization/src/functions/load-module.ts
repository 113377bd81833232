import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import {
  hostName,
  isError,
  origin,
  ownModule,
  ownUrl,
  SerializationError,
  shownName,
  whileImporting,
} from '@multiprocess/shared-memory';

/** Made at its first use: that takes as long as to load a small package. */
let require: NodeJS.Require | undefined;

// One per thread: why modules have failed. What a module registered before it failed is not used.
const failures = new Map<string, unknown>();
/** Whether no module of the user has been run by {@link runModule}. */
let isFirst = true;

/** Whether the module has been loaded here and has failed: then it is half done. */
export function hasFailed(url: string): boolean {
  return failures.has(url);
}

/** Imports the module at `url`. While it is being imported, its code must not start processes; see `whileImporting`. */
export async function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  checkModule(url);
  try {
    const module =
      ownModule(url) ?? (await whileImporting(() => import(url) as Promise<Readonly<Record<string, unknown>>>));
    failures.delete(url);
    return module;
  } catch (error) {
    failures.set(url, error);
    throw error;
  }
}

/**
 * Runs the module at `url` as an import does. The first one of the user in a child process is run without waiting where that can
 * be, which on Node 20 is ten milliseconds faster.
 */
export async function runModule(url: string): Promise<void> {
  if (ownModule(url) !== undefined) return;
  const isByRequire = isFirst && isRequired(url);
  isFirst = false;
  if (!isByRequire) {
    await importModule(url);
    return;
  }
  try {
    whileImporting(() => requireFile(url));
  } catch (error) {
    if (isAboutLoading(error)) await importModule(url);
    else {
      failures.set(url, error);
      throw error;
    }
  }
}

/**
 * Whether `require` does the same as `import`: for files of JavaScript, in a child process in which nothing has run that could change
 * imports. A thread may have hooks of its process.
 */
function isRequired(url: string): boolean {
  if (hostName !== 'Node' || origin() !== 'child' || !isMainThread) return false;
  if (!/^file:[^?#]*\.[cm]?js$/.test(url) || !existsSync(fileURLToPath(url))) return false;
  const options = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  return !/(^|\s)["']?(-r|--(import|require|loader|experimental-loader))\b/.test(options);
}

/** Imports the module of a task or class. @throws {@link SerializationError} if that fails; `cause` says why. */
export async function importFor(
  { module, name }: { module: string; name: string },
  what: 'task' | 'class',
): Promise<void> {
  checkModule(module);
  try {
    await runModule(module);
  } catch (cause) {
    const reason = isError(cause) ? cause.message : String(cause);
    throw new SerializationError(
      `Cannot import ${module} for its ${what} ${shownName(name)}: ${reason}${importHint(module, cause)}`,
      '$',
      { cause },
    );
  }
}

/** What Node calls code that is in no file. */
const TYPED_IN = /(\[|%5B)(eval\d*|stdin)(\]|%5D)(-wrapper)?$/;
const NO_FILE =
  '. Code of -e, of standard input or of the REPL is in no module that another process can import: write it into one, or pass the function itself if it refers to nothing outside of it';

const BUNDLED =
  '. If the program is a bundle, its import.meta.url must be that of the bundle: webpack needs module.parser.javascript.importMeta: false';

const NO_LOADER =
  ". This Node does not read such files by itself: give children a loader, such as execArgv: ['--import', 'tsx'], or set NODE_OPTIONS for all";

/** What to do about an import that has failed, for the end of a message; empty if that is not known. */
export function importHint(url: string, error: unknown): string {
  if (isMissing(url, error)) return TYPED_IN.test(url) ? NO_FILE : BUNDLED;
  return isError(error) && (error as NodeJS.ErrnoException).code === 'ERR_UNKNOWN_FILE_EXTENSION' ? NO_LOADER : '';
}

/** Whether there is no file at that URL, rather than at one that it imports. */
function isMissing(url: string, error: unknown): boolean {
  return (
    isError(error) &&
    (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
    url.startsWith('file:') &&
    !existsSync(fileURLToPath(url))
  );
}

/**
 * Runs the module at `url` if that has not been done, so that it registers what it has. Blocks.
 *
 * @throws {@link SerializationError} if it cannot be loaded, or not without waiting: it uses top-level await, is being loaded
 * right now, or has a query in its URL.
 */
export function loadModuleSync(url: string): void {
  checkModule(url);
  if (ownModule(url) !== undefined) return;
  const { protocol, search, hash } = parsed(url);
  // `require` knows files only. What it would load instead is another instance of the module.
  if (protocol !== 'file:' || search !== '' || hash !== '') throw notLoaded(url, 'only an import can load it');
  try {
    whileImporting(() => requireFile(url));
    failures.delete(url);
  } catch (cause) {
    if (isAsyncModule(cause))
      throw notLoaded(url, 'it uses top-level await, for which a call that blocks cannot wait', cause);
    if (!isAboutLoading(cause)) failures.set(url, cause);
    throw failed(url, cause);
  }
}

function parsed(url: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw failed(url, cause);
  }
}

function notLoaded(url: string, why: string, cause?: unknown): SerializationError {
  if (failures.has(url)) return failed(url, failures.get(url));
  return new SerializationError(
    `The message refers to ${url}, which has not been imported here, and ${why}. ` +
      `Receive the message by a form that awaits, or import the module first: await import(${JSON.stringify(url)})`,
    '$',
    cause === undefined ? undefined : { cause },
  );
}

function failed(url: string, cause: unknown): SerializationError {
  const reason = isError(cause) ? cause.message : String(cause);
  return new SerializationError(`Cannot load ${url}, which the message refers to: ${reason}`, '$', { cause });
}

function requireFile(url: string): unknown {
  require ??= createRequire(ownUrl(import.meta));
  return require(fileURLToPath(url)) as unknown;
}

/** Whether `require` cannot load it, whatever is in it. */
function isAboutLoading(error: unknown): boolean {
  return isError(error) && String((error as NodeJS.ErrnoException).code).startsWith('ERR_REQUIRE_');
}

function isAsyncModule(error: unknown): boolean {
  return isError(error) && (error as NodeJS.ErrnoException).code === 'ERR_REQUIRE_ASYNC_MODULE';
}

/** What `import.meta.url` can be: anything else was not written by {@link task}, and is not shown. */
const MODULE = /^[a-z][a-z0-9+.-]*:[!-~]*$/i;

/** @throws {@link SerializationError} if that is not the URL of a module. */
function checkModule(url: string): void {
  if (!MODULE.test(url)) {
    throw new SerializationError(
      `The message is damaged: it names a module by ${url.length} characters that are no URL`,
    );
  }
}
