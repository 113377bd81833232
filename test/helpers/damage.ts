import { listSegments, Segment } from '@multiprocess/shared-memory';

// Where the words of a ring are; test/pins has all of them.
const [PRODUCERS, TAIL, CONSUMERS, HEAD, SEEN_TAIL, CAPACITY, SHUT, DIRTY] = [
  0, 16, 32, 48, 35, 128, 131, 132,
] as const;

/** What another program of the same user may write over the words of a ring. */
export const damages: readonly { readonly damage: string; readonly words: Readonly<Record<number, number>> }[] = [
  { damage: 'more published than there is room for', words: { [TAIL]: 2 ** 30, [SEEN_TAIL]: 2 ** 30 } },
  { damage: 'taken beyond what was published', words: { [HEAD]: 2 ** 20, [SEEN_TAIL]: 0, [TAIL]: 8 } },
  { damage: 'records that begin anywhere', words: { [HEAD]: 3, [TAIL]: 103, [SEEN_TAIL]: 103 } },
  { damage: 'a capacity that is none', words: { [CAPACITY]: 12_345 } },
  { damage: 'no capacity', words: { [CAPACITY]: 0 } },
  { damage: 'shut', words: { [SHUT]: 1 } },
  { damage: 'to be counted, of no capacity', words: { [DIRTY]: 1, [CAPACITY]: -1 } },
  { damage: 'held by a thread that never was', words: { [PRODUCERS]: 0x7ff_f001, [CONSUMERS]: 0x7ff_f001 } },
];

/** Writes these words into every ring of that kind. */
export function damageAll(kind: string, words: Readonly<Record<number, number>>): void {
  for (const { kind: found, name } of listSegments()) {
    if (found !== kind) continue;
    const segment = Segment.attach(name, kind);
    for (const [index, word] of Object.entries(words)) Atomics.store(segment.words, Number(index), word);
    segment.close();
  }
}
