import { readFileSync } from 'node:fs';
import { task } from 'multiprocess';

/** First stage: a file's lines that say something. */
export const linesOf = task(import.meta, function linesOf(path) {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
});

/** Second stage: how often each word occurs in them. */
export const wordsIn = task(import.meta, function wordsIn(lines) {
  const counts = new Map();
  for (const line of lines) {
    for (const word of line.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
});
