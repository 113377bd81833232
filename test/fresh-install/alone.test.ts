import { isBuiltin } from 'node:module';
import { describe, expect, test } from 'vitest';
import { sharedServers } from '../helpers/servers/redis-server.js';
import { readPackages } from '../tools/packages.mjs';
import { root } from '../tools/run.mjs';
import { firstExample, Stranger } from './stranger.js';
import type { Folder } from './stranger.js';

const names = readPackages(root).map(({ manifest }) => manifest.name);
/** Their examples talk to a server. */
const WITH_SERVER = ['@multiprocess/bullmq', '@multiprocess/redis'];
// Programs do not call this one directly.
const withExample = names.filter((name) => name !== '@multiprocess/native');

// Installing takes a second, so both tests of a package use one folder.
const folders = new Map<string, Promise<Folder>>();
function alone(name: string): Promise<Folder> {
  const made = folders.get(name) ?? Stranger.theOne().then((stranger) => stranger.install(stranger.tarball(name)));
  folders.set(name, made);
  return made;
}

test('nothing but the package, what it depends on, and the binary for this platform is installed', async () => {
  const stranger = await Stranger.theOne();
  const folder = await stranger.install('@multiprocess/shared-memory');
  const platforms = folder.installed().filter((name) => name.startsWith('@multiprocess/native-'));
  expect(platforms).toHaveLength(1);
  expect(folder.installed().sort()).toEqual(
    ['@multiprocess/native', ...platforms, '@multiprocess/shared-memory'].sort(),
  );
});

test.each(names)('%s, installed alone into an empty folder, is one module to import and to require', async (name) => {
  const folder = await alone(name);
  folder.write(
    'both.cjs',
    `const required = require('${name}');
     import('${name}').then((imported) => console.log(Object.keys(required).length, imported === required));`,
  );
  const [exported, same] = (await folder.node('--no-warnings', 'both.cjs')).trim().split(' ');
  expect(Number(exported)).toBeGreaterThan(0);
  expect(same).toBe('true');
});

const runs = 'the example in the README of %s runs with what it imports, and compiles strictly';

async function runExample(name: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
  const stranger = await Stranger.theOne();
  const { language, text } = firstExample(stranger.readme(name));
  const imported = [...text.matchAll(/from '([^'.][^']*)'/g)].map((match) => match[1]!);
  const others = imported.filter((one) => !isBuiltin(one) && one !== name);
  const folder = await (others.length === 0 ? alone(name) : stranger.install(name, ...others));
  folder.write(`example.m${language}`, text);
  if (language === 'ts') folder.compile('example.mts');
  await folder.nodeWith(variables, '--no-warnings', 'example.mjs');
}

test.each(withExample.filter((name) => !WITH_SERVER.includes(name)))(runs, (name) => runExample(name));

describe.each(sharedServers())('with $name', ({ missing, url }) => {
  test.skipIf(missing !== undefined).each(WITH_SERVER)(runs, (name) =>
    runExample(name, { MULTIPROCESS_REDIS_URL: url() }),
  );
});
