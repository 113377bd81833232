import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stranger } from '../fresh-install/stranger.js';
import type { Folder } from '../fresh-install/stranger.js';
import { fetchTool, packagesOf } from './tools.js';
import type { Tool } from './tools.js';

/**
 * A folder far from the repository with `multiprocess` installed from its tarballs, these tools, and files of `fixtures`.
 *
 * @param own tools that the repository itself has
 * @param options of npm
 */
export async function newProject(
  fixtures: string,
  tools: readonly Tool[],
  own: readonly string[] = [],
  options: readonly string[] = [],
): Promise<Folder> {
  const stranger = await Stranger.theOne();
  const folder = await stranger.install(...options, stranger.tarball('multiprocess'));
  folder.write('package.json', '{ "private": true, "type": "module" }');
  cpSync(fileURLToPath(new URL(`fixtures/${fixtures}`, import.meta.url)), folder.path, { recursive: true });
  for (const tool of tools) {
    const from = path.join(await fetchTool(tool), 'node_modules');
    for (const name of packagesOf(tool)) folder.link(name, from);
  }
  for (const name of own) folder.link(name);
  return folder;
}
