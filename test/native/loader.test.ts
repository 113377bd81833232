import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import { newDirectory, start } from './helpers.js';

/** A copy of the package without a binary. */
function bareCopy(): string {
  const directory = newDirectory();
  cpSync(dirname(fileURLToPath(import.meta.resolve('@multiprocess/native'))), `${directory}/dist`, { recursive: true });
  writeFileSync(`${directory}/package.json`, '{ "type": "module" }');
  return directory;
}

/** As the names of binaries have it. */
function libc(): string {
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined ? 'musl' : 'gnu';
}

test('native() is one object', () => {
  expect(native()).toBe(native());
});

test('without a binary importing is fine; native() throws, and says what was tried', async () => {
  const child = start('load.mjs', [`${bareCopy()}/dist/index.js`]);
  expect(await child.next()).toBe('imported');
  const { message, cause } = (await child.next()) as { message: string; cause: string[] };
  const name = `linux-${process.arch}-(gnu|musl)`;
  expect(message).toMatch(
    new RegExp(
      `^No native binary of multiprocess for ${name}: tried ../multiprocess.${name}.node and @multiprocess/native-${name}`,
    ),
  );
  expect(cause).toEqual(['MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);
});

test('a binary that is there and cannot be loaded is not called missing', async () => {
  const directory = bareCopy();
  writeFileSync(`${directory}/multiprocess.linux-${process.arch}-${libc()}.node`, 'no binary');
  const child = start('load.mjs', [`${directory}/dist/index.js`]);
  expect(await child.next()).toBe('imported');
  const { message, cause } = (await child.next()) as { message: string; cause: string };
  expect(message).toMatch(/^The native binary of multiprocess for linux-\S+ cannot be loaded: /);
  expect(cause).toBe('ERR_DLOPEN_FAILED');
});

test('a binary in the package of the platform is found', async () => {
  const directory = bareCopy();
  const name = `linux-${process.arch}-${libc()}`;
  const file = `multiprocess.${name}.node`;
  const packageDirectory = `${directory}/node_modules/@multiprocess/native-${name}`;
  mkdirSync(packageDirectory, { recursive: true });
  cpSync(
    fileURLToPath(new URL(`../${file}`, import.meta.resolve('@multiprocess/native'))),
    `${packageDirectory}/${file}`,
  );
  writeFileSync(`${packageDirectory}/package.json`, JSON.stringify({ main: file }));
  const child = start('load.mjs', [`${directory}/dist/index.js`]);
  expect(await child.next()).toBe('imported');
  expect(await child.next()).toContain('park');
});
