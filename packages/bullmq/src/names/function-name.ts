import { received } from '@multiprocess/shared-memory';

/** A function as all hosts know it: `@acme/jobs/images#resize@1.4` is the export `resize` of `@acme/jobs/images`, in version 1.4 of that package. */
export interface FunctionName {
  /** The name of the package: `@acme/jobs`. */
  readonly package: string;
  /** What `exports` of the package calls the module: `.` or `./images`. */
  readonly subpath: string;
  /** The name under which the module exports the function. */
  readonly export: string;
  /** A version, or the beginning of one: 1.4 stands for every 1.4.x. */
  readonly version: string;
}

/** Its package, which begins as npm's names do; its subpath; its export; its version. */
const FORM =
  /^((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*)((?:\/[\w.~-]+)*)#([\p{ID_Start}$_][\p{ID_Continue}$]*)@(\d+(?:\.\d+){0,2}(?:-[\w.-]+)?)$/iu;

/** @throws {@link TypeError} if it is no such name; the message says what to write in its place. */
export function parseName(text: string): FunctionName {
  const [, name, path, exported, version] = FORM.exec(text) ?? [];
  if (name === undefined || path === undefined || exported === undefined || version === undefined) {
    throw new TypeError(
      `A function for other hosts must be named like @acme/jobs#resize@1.4 (package, export, version), received ${received(text)}: ` +
        'publish it in a package that each host has installed',
    );
  }
  if (path.split('/').some((part) => part === '.' || part === '..')) {
    throw new TypeError(
      `A function is named by what its package exports, not by a path that leaves it: ${received(text)}`,
    );
  }
  return { package: name, subpath: `.${path}`, export: exported, version };
}

export function formatName(name: FunctionName): string {
  return `${specifierOf(name)}#${name.export}@${name.version}`;
}

/** What is imported. */
export function specifierOf({ package: name, subpath }: Pick<FunctionName, 'package' | 'subpath'>): string {
  return `${name}${subpath.slice(1)}`;
}

/** Whether an installed version is what the name asks for. A prerelease is only itself. */
export function hasVersion(installed: string, wanted: string): boolean {
  if (installed === wanted) return true;
  return !installed.includes('-') && !wanted.includes('-') && installed.startsWith(`${wanted}.`);
}

/** What a name says of an installed version: major and minor, so that patches are taken for the same. */
export function namedVersion(installed: string): string {
  const [plain = installed] = installed.split('+');
  return plain.includes('-') ? plain : plain.split('.').slice(0, 2).join('.');
}
