import { expect, test } from 'vitest';
import { withAbsoluteLinks } from './readme-links.mjs';

const manifest = {
  version: '1.2.3',
  repository: { type: 'git', url: 'git+https://example.org/team/project.git', directory: 'packages/queue' },
};
const published = (readme: string) => withAbsoluteLinks(readme, manifest);
const at = (file: string) => `https://example.org/team/project/blob/v1.2.3/${file}`;

test('a link to a file leads to that file in the repository, at the version that is published', () => {
  expect(published('See [how](../../ARCHITECTURE.md).')).toBe(`See [how](${at('ARCHITECTURE.md')}).`);
  expect(published('[`sync`](../sync/README.md)')).toBe(`[\`sync\`](${at('packages/sync/README.md')})`);
});

test('a place on a page is kept', () => {
  expect(published('[x](../../docs/a.md#part)')).toBe(`[x](${at('docs/a.md#part')})`);
});

test('a picture is linked as what it is, and not as a page that shows it', () => {
  expect(published('![plot](../../a.svg)')).toBe('![plot](https://example.org/team/project/raw/v1.2.3/a.svg)');
});

test('links to elsewhere, and to places of the README itself, are left alone', () => {
  const readme = '[npm](https://www.npmjs.com) [below](#more) [mail](mailto:a@example.org)';
  expect(published(readme)).toBe(readme);
});
