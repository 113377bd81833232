// @ts-check
// Installs what package-lock.json says, when it is not there already. Imports nothing that would have to be installed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { npm, root } from './run.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

// npm writes down beside the packages what it has installed. Times would not do to compare the two: a `git checkout`
// makes package-lock.json look newer without changing it.
function upToDate() {
  const installed = lockedPackages('node_modules/.package-lock.json');
  const wanted = lockedPackages('package-lock.json');
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([place, { version, integrity, optional }]) => {
    const there = installed[place];
    // An optional package may be for another platform. The workspaces themselves are no downloads.
    if (there === undefined) return optional === true || !place.startsWith('node_modules/');
    return there.version === version && there.integrity === integrity;
  });
}

if (!upToDate()) {
  console.log('Installing what package-lock.json lists (npm ci) …');
  const status = await npm(['ci', '--include=dev', '--no-audit', '--no-fund']);
  if (status !== 0) process.exit(status);
}
