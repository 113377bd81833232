import { cpSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Folder } from '../fresh-install/stranger.js';
import { fetchNode } from '../tools/fetch-node.mjs';
import { writeTable } from './page.js';
import { newProject } from './project.js';
import { NODES, versionOf } from './tools.js';

const rows: string[][] = [];
let installed: Promise<Folder> | undefined;

/** Two files of the same tests, so that a second realm comes after a first in one thread. */
function project(): Promise<Folder> {
  return (installed ??= newProject('runners', ['jest'], ['vitest']).then((folder) => {
    const again = path.join(folder.path, 'again.test.mjs');
    cpSync(path.join(folder.path, 'toolkit.test.mjs'), again);
    return folder;
  }));
}

afterAll(async () => {
  if (rows.length === 7) await writeTable('runners', ['Test runner', 'Result'], rows);
});

describe('vitest', () => {
  test.each(['forks', 'threads', 'vmForks', 'vmThreads'])('with the pool %s', async (pool) => {
    const folder = await project();
    const options = ['--globals', `--pool=${pool}`, '--maxWorkers=1', '--testTimeout=0', '--reporter=dot'];
    await folder.node('node_modules/vitest/vitest.mjs', 'run', 'test.mjs', ...options);
    rows.push([`vitest, \`--pool=${pool}\``, 'works']);
  });
});

describe('Jest', () => {
  const jest = 'node_modules/jest/bin/jest.js';

  test('of ES modules', async () => {
    const folder = await project();
    const { NODE_OPTIONS } = { NODE_OPTIONS: '--experimental-vm-modules' };
    await folder.nodeWith({ NODE_OPTIONS }, jest, '--runInBand', '--config=esm.config.json');
    rows.push([`${versionOf('jest')}, ES modules (\`NODE_OPTIONS=--experimental-vm-modules\`)`, 'works']);
  });

  test('of CommonJS, on a Node on which Jest can require ES modules', async () => {
    const folder = await project();
    const node = await fetchNode(NODES.ofJest);
    await folder.run(node, '--experimental-vm-modules', jest, '--runInBand', '--config=cjs.config.json');
    rows.push([`${versionOf('jest')}, CommonJS, Node 24.9 or newer with the same option`, 'works']);
  });

  test.skipIf(Number(process.versions.node.split('.')[0]) >= 24)(
    'of CommonJS, on an older Node: Jest says which Node it needs',
    async () => {
      const folder = await project();
      await expect(folder.node(jest, '--runInBand', '--config=cjs.config.json')).rejects.toThrow(/Use Node v24\.9\+/);
      rows.push([
        `${versionOf('jest')}, CommonJS, older Nodes`,
        'Jest refuses any ES module, and says so: have ES modules, or a newer Node',
      ]);
    },
  );
});
