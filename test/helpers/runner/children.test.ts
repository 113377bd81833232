import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startChild } from '../children.js';

test('a child runs on the Node of the test, in the private segment directory of the test file', async () => {
  const child = startChild('echo-lines.mjs');
  const directory = process.env['MULTIPROCESS_DIR'] ?? '';
  expect(await child.line(/^directory/)).toBe(`directory ${directory}`);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test('line() goes on after the line it last returned, and knows lines that came before it was called', async () => {
  const child = startChild('echo-lines.mjs');
  for (const word of ['a', 'b', 'a', 'last']) child.say(word);
  expect(await child.line('echo a')).toBe('echo a');
  expect(await child.line('echo a')).toBe('echo a');
  expect(await child.line(/last/)).toBe('echo last');
  expect(child.lines.slice(1)).toEqual(['echo a', 'echo b', 'echo a', 'echo last']);
});

test('exit tells the status', async () => {
  const child = startChild('echo-lines.mjs');
  child.say('end');
  expect(await child.exit).toEqual({ code: 3, signal: null });
});

test('kill() uses SIGKILL and waits', async () => {
  expect(await startChild('echo-lines.mjs').kill()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('line() rejects when the child ends first, and shows what it had written', async () => {
  const child = startChild('echo-lines.mjs');
  child.say('complain');
  child.say('end');
  await expect(child.line('never said')).rejects.toThrow(/never said.*ended with 3.*echo complain.*I complain/s);
});
