import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fillSnippets } from './sync-snippets.mjs';

const EXAMPLES = `import { write } from './writing.js';

// #region once
async function once(): Promise<void> {
  // #region inner
  await write();

  await write();
  // #endregion
}
`;

function fill(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'multiprocess-snippets-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(path.join(folder, 'x.examples.ts'), EXAMPLES);
  return fillSnippets(path.join(folder, 'x.ts'), text);
}

test('a doc comment gets the region, without its margin and without spaces at line ends', () => {
  const comment = (...body: string[]) =>
    ['  /**', '   * ```ts source="./x.examples.ts#inner"', ...body, '   * ```', '   */'].join('\n');
  const filled = comment('   * await write();', '   *', '   * await write();');
  expect(fill(comment('   * old();', '   * older();'))).toBe(filled);
  expect(fill(comment())).toBe(filled);
  expect(fill(filled)).toBe(filled);
});

test('a page gets it without the stars', () => {
  const page = 'Before\n\n```ts source="./x.examples.ts#inner"\nold\n```\n\nAfter';
  expect(fill(page)).toBe(
    'Before\n\n```ts source="./x.examples.ts#inner"\nawait write();\n\nawait write();\n```\n\nAfter',
  );
});

test('a block without a source is left alone', () => {
  const page = '```ts\nanything\n```\n\n```ts source="./x.examples.ts#inner"\nawait write();\n\nawait write();\n```';
  expect(fill(page)).toBe(page);
});

test('a region that does not exist is an error that names it', () => {
  expect(() => fill('```ts source="./x.examples.ts#twice"\n```')).toThrow(
    /x\.ts: \.\/x\.examples\.ts has no region twice/,
  );
});
