import { createRequire } from 'node:module';
import { HandleError } from '../base/errors.js';
import { whileImporting } from '../runtime/importing.js';

/**
 * Loads the package that exports `kind`, and so registers the kind. Synchronous, for the blocking forms: `require` of an ES
 * module works on every Node that this toolkit supports.
 *
 * @throws {@link HandleError} if neither this package nor the program can find the package.
 */
export function packageExporting(kind: string): void {
  const name = `@multiprocess/${kind.slice(0, kind.indexOf('.'))}`;
  const from = [import.meta.url, process.argv[1], `${process.cwd()}/`];
  const failures: unknown[] = [];
  for (const place of from) {
    if (place === undefined) continue;
    try {
      whileImporting(() => createRequire(place)(name) as unknown);
      return;
    } catch (error) {
      failures.push(error);
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') break;
    }
  }
  throw new HandleError(`Received an object of ${kind}, but ${name} cannot be loaded. Is it installed here?`, {
    cause: failures.at(-1),
  });
}
