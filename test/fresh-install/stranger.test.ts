import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { root } from '../tools/run.mjs';
import { firstExample, Stranger } from './stranger.js';
import type { Folder } from './stranger.js';

// What a reader of the README's first screen does: installs the package, pastes the example, and then uses it
// where programs run nowadays.
let installed: Promise<Folder> | undefined;
const install = () =>
  (installed ??= Stranger.theOne().then((stranger) => stranger.install(stranger.tarball('multiprocess'))));

const { text } = firstExample(readFileSync(path.join(root, 'README.md'), 'utf8'));
const greetings = ['hello from 1', 'hello from 2', 'hello from 3'];
const greetingsIn = (output: string) => [...output.matchAll(/hello from \d/g)].map(String).sort();

test('two packages from their tarballs are enough for an example that needs two', async () => {
  const stranger = await Stranger.theOne();
  const two = await stranger.install(stranger.tarball('@multiprocess/sync'), stranger.tarball('@multiprocess/queue'));
  two.write(
    'two.mjs',
    `import { Lock } from '@multiprocess/sync';
     import { Queue } from '@multiprocess/queue';
     const [lock, queue] = [new Lock(), new Queue()];
     await lock.run(() => queue.put(lock));
     console.log((await queue.get()).handle === lock.handle);`,
  );
  expect(await two.node('two.mjs')).toBe('true\n');
});

describe('the example of the README', () => {
  test('compiles strictly, with the declarations of all packages, and runs', async () => {
    const folder = await install();
    folder.write('readme.mts', text);
    folder.compile('readme.mts', 'checked');
    expect(greetingsIn(await folder.node('readme.mjs'))).toEqual(greetings);
  });

  test('runs as JavaScript, without its types', async () => {
    const folder = await install();
    folder.write('plain.mjs', withoutTypes(text));
    expect(greetingsIn(await folder.node('plain.mjs'))).toEqual(greetings);
  });

  test('runs when it is imported by a worker thread', async () => {
    const folder = await install();
    folder.write('greet.mjs', asModule(text));
    folder.write('thread.mjs', `import { greetAll } from './greet.mjs'; await greetAll();`);
    folder.write('worker.mjs', `import { Worker } from 'node:worker_threads'; new Worker('./thread.mjs');`);
    expect(greetingsIn(await folder.node('worker.mjs'))).toEqual(greetings);
  });

  test('runs in every worker of node:cluster', async () => {
    const folder = await install();
    folder.write('greet.mjs', asModule(text));
    folder.write(
      'cluster.mjs',
      `import cluster from 'node:cluster';
       import { greetAll } from './greet.mjs';
       if (cluster.isPrimary) for (const _ of [1, 2]) cluster.fork();
       else {
         await greetAll();
         cluster.worker.disconnect();
       }`,
    );
    expect(greetingsIn(await folder.node('cluster.mjs'))).toEqual([...greetings, ...greetings].sort());
  });

  test('runs in a test of vitest', async () => {
    const folder = await install();
    folder.write('greet.mjs', asModule(text));
    folder.write(
      'greet.test.mjs',
      `import { expect, test } from 'vitest';
       import { greetAll } from './greet.mjs';
       test('greets', async () => expect((await greetAll()).sort()).toEqual(${JSON.stringify(greetings)}));`,
    );
    folder.link('vitest'); // as if it were installed: fetching all that it needs would show nothing more
    await folder.node('node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', '--testTimeout=0'); // vitest's own five seconds are little on a busy machine
  });

  test('runs bundled by esbuild, with the packages left outside', async () => {
    const folder = await install();
    folder.write('greet.mts', text);
    const entry = path.join(folder.path, 'greet.mts');
    const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external' } as const;
    await build({ ...options, entryPoints: [entry], outfile: path.join(folder.path, 'bundle.mjs') });
    expect(greetingsIn(await folder.node('bundle.mjs'))).toEqual(greetings);
  });
});

test('the command line is installed with the package, and finds that everything works', async () => {
  const folder = await install();
  expect(await folder.node('node_modules/.bin/multiprocess', 'doctor')).toMatch(/^ok {4}Trial/m);
});

/** The example as a function that a program calls, instead of being a program. */
function asModule(example: string): string {
  const module = withoutTypes(example).replace(
    'if (isMainProcess) {',
    'export async function greetAll() {\n  const greetings = [];',
  );
  return module
    .replace('console.log(await queue.get())', 'greetings.push(await queue.get())')
    .replace(/\n}\s*$/, '\n  console.log(greetings.join());\n  return greetings;\n}\n');
}

function withoutTypes(example: string): string {
  return example.replace(/\b(n|lock|queue): \w+(<\w+>)?/g, '$1').replaceAll('Queue<string>', 'Queue');
}
