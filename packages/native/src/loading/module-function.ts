import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';

// What is published of a package is ES modules, for every tool that reads these. The last line of each lists what to change in
// it so that it becomes the body of a function. See withRecipe() in test/tools/module-recipe.mjs.

/** From where to where, and what stands there instead. */
type Change = readonly [number, number, string];

/** How the line begins that says what to change in a module. */
const MARK = '//# function=';

/** A function that does what the module does, and returns its exports; undefined if the module does not say how to make it. */
export function functionOf(code: string): string | undefined {
  const mark = code.lastIndexOf(MARK);
  const start = mark + MARK.length;
  // Its own place: a module of the user may have the line of another file in it, or words like it.
  const end = code.indexOf('\n', start);
  const list = code.slice(start, end);
  if (mark === -1 || /^\[(\d+)[,\]]/.exec(list)?.[1] !== `${mark}`) return undefined;
  const [, ...changes] = JSON.parse(list) as [number, ...Change[]];
  let text = "(function (__load, __import, __meta) { 'use strict'; ";
  let at = 0;
  for (const [from, to, instead] of changes) {
    text += code.slice(at, from) + instead;
    at = to;
  }
  // Then comes the place of the source map.
  return `${text}${code.slice(at, mark)}\n})${code.slice(end)}`;
}

/** The text of a module, and which file it was. Undefined if there is none: it is not one of ours. */
export function readModule(path: string): { code: string; stats: Stats } | undefined {
  const descriptor = openIfThere(path);
  if (descriptor === undefined) return undefined;
  try {
    const stats = fstatSync(descriptor);
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    const length = readSync(descriptor, bytes, 0, stats.size, 0);
    return { code: bytes.toString('latin1', 0, length), stats };
  } finally {
    closeSync(descriptor);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
