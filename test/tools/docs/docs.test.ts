import { expect, test } from 'vitest';
import { unlinkedThrows } from './check-throws.mjs';
import { readExamples } from './site/programs.mjs';

test.each([
  '@throws {@link ClosedError} if it is closed',
  '@throws {@link TypeError} or {@link RangeError} if a limit is no number',
  "@throws {@link AbortSignal.reason | the signal's reason} if it was aborted",
  '@throws what the task has thrown',
])('"%s" is shown with its class', (tag) => {
  expect(unlinkedThrows(`/** ${tag} */`)).toEqual([]);
});

test.each(['@throws {ClosedError} if it is closed', '@throws if it is closed', '@throws ClosedError'])(
  '"%s" is refused: the class has no link',
  (tag) => {
    expect(unlinkedThrows(`a\n * ${tag}`)).toEqual([{ line: 2, tag }]);
  },
);

const examples = readExamples();
const example = (file: string, region: string) =>
  examples.find((one) => one.file.endsWith(`/${file}`) && one.region === region)!;

test('an example of a package imports from the package that users install', () => {
  expect(example('queue.examples.ts', 'simple').imports).toBe("import { SimpleQueue } from 'multiprocess';");
});

test('its program has what stands around it in the file, and says which parameters are given', () => {
  expect(example('sync.examples.ts', 'rlock').program).toContain('const write = async');
  expect(example('sync.examples.ts', 'guard').program).toContain('declare const lock: Lock;');
});

test('an example that brings its imports along gets no others', () => {
  const { imports, body, program } = example('landing.examples.ts', 'greet');
  expect(imports).toBe('');
  expect(program).toBe(body);
});
