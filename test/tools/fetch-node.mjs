// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { npm, root } from './run.mjs';

/**
 * A Node of another version or for another processor, out of npm's packages `node-linux-*`.
 *
 * @param {string} version
 * @param {string} cpu
 * @returns {Promise<string>} its path
 */
export async function fetchNode(version, cpu = process.arch) {
  const name = `node-linux-${cpu}`;
  const prefix = path.join(root, 'test/.cache/nodes', version);
  const node = path.join(prefix, 'node_modules', name, 'bin/node');
  if (existsSync(node)) return node;
  console.log(`Fetching ${name}@${version} …`);
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const foreign = cpu === process.arch ? [] : ['--force']; // or npm would refuse what cannot run here
  const status = await npm(['install', '--prefix', prefix, ...foreign, ...options, `${name}@${version}`]);
  if (status !== 0) throw new Error(`npm could not install ${name}@${version}; its message is above`);
  return node;
}
