import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeTable } from './page.js';
import { newProject } from './project.js';
import { versionOf } from './tools.js';

// As Next.js does for `output: 'standalone'`: only the files that the tracer has found are deployed.
test('@vercel/nft finds the binary and the programs of children: what it copies runs', async () => {
  const project = await newProject('bundlers', ['nft']);
  const files = JSON.parse(await project.node('trace.mjs', 'program.mjs')) as string[];
  const base = realpathSync(project.path);
  const deployed = mkdtempSync(path.join(tmpdir(), 'multiprocess-traced-'));
  onTestFinished(() => {
    rmSync(deployed, { recursive: true });
  });
  for (const file of files) {
    mkdirSync(path.dirname(path.join(deployed, file)), { recursive: true });
    cpSync(path.join(base, file), path.join(deployed, file));
  }
  const said = await project.node(path.join(deployed, 'program.mjs'));
  expect(said.trim().split('\n')).toEqual(['1,4,9', 'hello from a process', 'hello from a thread', '42']);
  await writeTable('tracers', ['Tracer', 'A deployment of the traced files'], [[versionOf('nft'), 'works']]);
});
