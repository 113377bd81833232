// @ts-check
// The links of a README as they are published: npm shows it beside no other file, so each leads into the repository, to what
// was there when this version was released.
import path from 'node:path';

const RELATIVE = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\((?!#|[a-z]+:)([^)\s#]+)(#[^)\s]*)?\)/g;

/**
 * @param {string} readme
 * @param {{ version: string, [name: string]: unknown }} manifest with a `repository`, whose `directory` the README is in
 * @returns {string}
 */
export function withAbsoluteLinks(readme, manifest) {
  const { url, directory } = /** @type {{ url: string, directory: string }} */ (manifest['repository']);
  const repository = url.replace(/^git\+/, '').replace(/\.git$/, '');
  return readme.replaceAll(RELATIVE, (_all, picture, text, target, anchor = '') => {
    const file = path.posix.join(directory, target);
    return `${picture}[${text}](${repository}/${picture ? 'raw' : 'blob'}/v${manifest.version}/${file}${anchor})`;
  });
}
