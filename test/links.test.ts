import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from './tools/run.mjs';

const built = /(^|\/)(node_modules|dist|target|api|\.cache)\//;

const pages = ['.', 'docs', 'packages', 'test']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: folder !== '.' }).map((name) => path.join(folder, String(name))),
  )
  .filter((page) => page.endsWith('.md') && !built.test(page));

test.each(pages)('every relative link of %s leads to a file', (page) => {
  const links = [...readFileSync(path.join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)];
  const broken = links.map((link) => link[1]!).filter((link) => !existsSync(path.join(root, path.dirname(page), link)));
  expect(broken).toEqual([]);
});
