// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * @typedef {Partial<Record<'dependencies' | 'peerDependencies' | 'optionalDependencies', Record<string, string>>>} Dependencies
 * @typedef {Dependencies & Record<string, unknown> & { name: string }} Manifest
 * @typedef {{ file: string, specifier: string }} Import a file, from the root, and what it imports
 * @typedef {{ folder: string, manifest: Manifest, imports: Import[] }} Package folder: its name in packages/
 */

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * The TypeScript of a package.
 *
 * @param {string} root
 * @param {string} folder its name in packages/
 * @returns {string[]} from the root
 */
export function sourcesOf(root, folder) {
  const source = path.join('packages', folder, 'src');
  if (!existsSync(path.join(root, source))) return [];
  return readdirSync(path.join(root, source), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(source, name));
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Import[]}
 */
function importsOf(root, folder) {
  return sourcesOf(root, folder).flatMap((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), 'utf8'), true, true);
    return importedFiles.map(({ fileName }) => ({ file, specifier: fileName }));
  });
}

/**
 * Every package of the repository, with all that its sources import in any way (statically, as types, dynamically).
 *
 * @param {string} root
 * @returns {Package[]}
 */
export function readPackages(root) {
  return readdirSync(path.join(root, 'packages'))
    .filter((folder) => existsSync(path.join(root, 'packages', folder, 'package.json')))
    .map((folder) => ({
      folder,
      manifest: readJson(path.join(root, 'packages', folder, 'package.json')),
      imports: importsOf(root, folder),
    }));
}
