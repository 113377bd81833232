import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { anotherCopy } from './two-copies.js';

const other = anotherCopy();

describe('two copies of the toolkit in one program: one knows of the other', () => {
  test.each([
    { what: 'a task', result: [true, 9] },
    { what: 'an instance of a registered class', result: [42] },
    { what: 'a value of a registered type', result: [true] },
    { what: 'a class that is registered twice', result: ['TypeError'] },
    { what: 'a module that a loader runs once for each', result: [true, true] },
    { what: 'shared memory', result: [7] },
    { what: 'shared objects', result: ['there'] },
    { what: 'the lock of a condition', result: [true, true] },
    { what: 'the lock of a value', result: [true, false] },
    { what: 'an end of a pipe that is given away', result: ['sent', 'EOFError'] },
    { what: 'what is waited for together', result: [true, true, 'sent'] },
    { what: 'an error', result: [true, 'ERR_MULTIPROCESS_TIMEOUT'] },
    { what: 'a function that was received as source', result: [2] },
    { what: 'a subclass of Process', result: [5, null] },
    { what: 'the signal of a task', result: [true] },
    { what: 'children', result: [true] },
  ])('$what', async ({ what, result }) => {
    const child = startChild(new URL('fixtures/two-copies.mjs', import.meta.url), { args: [other, what] });
    const { code } = await child.exit;
    expect({ code, stderr: child.stderr }).toEqual({ code: 0, stderr: '' });
    expect(child.lines.map((line) => JSON.parse(line) as unknown)).toEqual([result]);
  });
});
