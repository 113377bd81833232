import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const program = new URL('fixtures/typescript/main.ts', import.meta.url);
const loader = new URL('fixtures/typescript/register.mjs', import.meta.url).href;

const features = process.features as object as { readonly typescript?: unknown };
const stripsTypes = features.typescript === 'strip' || features.typescript === 'transform';

test.skipIf(!stripsTypes)('a target may be in a module that Node strips types from', async () => {
  const child = startChild(program, { execArgv: ['--no-warnings'] });
  await child.line('0 42');
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.stderr).toBe('');
});

test('a loader of its parent loads the modules of a child, too', async () => {
  const child = startChild(program, { execArgv: ['--no-warnings', '--import', loader] });
  await child.line('0 42');
  expect(await child.exit).toEqual({ code: 0, signal: null });
});

test('execArgv gives a child a loader', async () => {
  const child = startChild(program, {
    execArgv: ['--no-warnings', '--import', loader],
    args: [JSON.stringify(['--no-warnings', '--import', loader, '--title=with-a-loader'])],
  });
  await child.line('0 42');
  expect(await child.exit).toEqual({ code: 0, signal: null });
});

test.skipIf(stripsTypes)('where nothing reads TypeScript, the error says how to give a child a loader', async () => {
  const child = startChild(program, { execArgv: ['--no-warnings', '--import', loader], args: ['[]'] });
  await child.exit;
  expect(child.stderr).toMatch(/Unknown file extension ".ts".*give children a loader/);
});
