import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm, root } from '../tools/run.mjs';

/** Tools that users have, of the versions that the page names. What comes with a tool follows it. */
const TOOLS = {
  jest: ['jest@30.5.2'],
  rollup: ['rollup@4.68.8', '@rollup/plugin-node-resolve@16.0.3', '@rollup/plugin-terser@0.4.4'],
  vite: ['vite@8.4.0'],
  webpack: ['webpack@5.113.0'],
  nft: ['@vercel/nft@1.11.5'],
  'typescript-5.7': ['typescript@5.7.3', '@types/node@20.19.0'],
  'typescript-5.8': ['typescript@5.8.3', '@types/node@20.19.0'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type Tool = keyof typeof TOOLS;

export const TOOL_NAMES = Object.keys(TOOLS) as Tool[];

/** Other Nodes than the one that runs the tests. */
export const NODES = {
  ofExecutables: ['20.20.2', '22.23.3', '24.21.0', '26.10.0'],
  /** The oldest on which Jest can require ES modules. */
  ofJest: '24.9.0',
} as const;

/** As the page shows it: `jest 30.5.2`. */
export function versionOf(tool: Tool): string {
  return TOOLS[tool][0].replace(/(?<=.)@/, ' ');
}

/** The folder with the tool, fetched from npm once and then kept. Its scripts are not run. */
export async function fetchTool(tool: Tool): Promise<string> {
  const wanted = TOOLS[tool];
  const folder = path.join(root, 'test/.cache/toolchains', wanted.join('+').replaceAll('/', '-'));
  if (existsSync(path.join(folder, 'complete'))) return folder;
  rmSync(folder, { recursive: true, force: true }); // what a run that was ended has left
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const options = ['--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = await npm(['install', '--prefix', folder, ...options, ...wanted]);
  if (status !== 0) throw new Error(`npm could not install ${wanted.join(', ')}; its message is above`);
  writeFileSync(path.join(folder, 'complete'), '');
  return folder;
}

/** The packages of it that a project asks for by name. */
export function packagesOf(tool: Tool): string[] {
  return TOOLS[tool].map((wanted) => wanted.replace(/(?<=.)@.*$/, ''));
}
