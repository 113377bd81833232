import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { importModule } from '@multiprocess/serialization';
import { isError } from '@multiprocess/shared-memory';

/**
 * A package that most users of this one do not need, and so not among its dependencies: that of the program in the current folder, or else one beside
 * this package.
 *
 * @param wanting what needs it, for the message
 * @throws {@link Error} if it is not installed.
 */
export async function optionalPackage(name: string, wanting: string): Promise<Readonly<Record<string, unknown>>> {
  const places = [path.join(process.cwd(), 'package.json'), import.meta.url];
  for (const place of places) {
    try {
      const file = createRequire(place).resolve(name);
      return await importModule(pathToFileURL(file).href);
    } catch (error) {
      if (!isError(error) || (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`${wanting} needs the package ${name}, which is not installed here: npm install ${name}`);
}
