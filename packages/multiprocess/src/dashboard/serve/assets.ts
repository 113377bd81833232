import { readFileSync } from 'node:fs';

/** The files of the page by their path below that of the page, with their types. */
const FILES = {
  '': ['index.html', 'text/html; charset=utf-8'],
  'page.js': ['page.js', 'text/javascript; charset=utf-8'],
  'style.css': ['style.css', 'text/css; charset=utf-8'],
  'icon.svg': ['icon.svg', 'image/svg+xml'],
} as const satisfies Record<string, readonly [file: string, type: string]>;

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

/** All files of the page, read once. @param folder where they are, with a slash at its end */
export function readAssets(folder: URL): ReadonlyMap<string, Asset> {
  return new Map(
    Object.entries(FILES).map(([path, [file, type]]) => [path, { type, content: readFileSync(new URL(file, folder)) }]),
  );
}
