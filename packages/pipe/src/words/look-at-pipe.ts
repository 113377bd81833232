import { flowIn, itemsIn } from '@multiprocess/shared-memory';
import type { ObjectState, Peek } from '@multiprocess/shared-memory';
import {
  endIndex,
  ENTRY_WORDS,
  entryIndex,
  FLAGS,
  GONE,
  HIGH,
  MAX_ENTRIES,
  OWNER,
  ringOffset,
  RINGS,
  STATE,
  TRANSFER,
} from './pipe-layout.js';
import type { End } from './pipe-layout.js';

/** What can be told of a pipe from outside: the messages that are under way, and how many connections hold each of its ends. */
export function lookAtPipe(peek: Peek): ObjectState {
  const rings: readonly End[] = peek(RINGS, 1)[0] === 2 ? [0, 1] : [0];
  const at = rings.map((ring) => ringOffset(ring) / 4);
  const items = at.reduce((sum, index) => sum + itemsIn(peek, index), 0);
  const flows = at.map((index) => flowIn(peek, index));
  const flow = {
    put: flows.reduce((sum, { put }) => sum + put, 0) >>> 0,
    taken: flows.reduce((sum, { taken }) => sum + taken, 0) >>> 0,
  };
  const [first, second] = [lookAtEnd(peek, 0), lookAtEnd(peek, 1)];
  const state =
    rings.length === 2
      ? `ends: ${first.text}, ${second.text}`
      : `receiving end: ${first.text}, sending end: ${second.text}`;
  return { owners: [...first.owners, ...second.owners], items, flow, state };
}

function lookAtEnd(peek: Peek, end: End): { owners: number[]; text: string } {
  if (peek(endIndex(end) + STATE, 1)[0] === GONE) return { owners: [], text: 'gone' };
  const high = Math.min(Math.max(0, peek(endIndex(end) + HIGH, 1)[0]!), MAX_ENTRIES);
  const words = peek(entryIndex(end, 0), high * ENTRY_WORDS);
  const owners: number[] = [];
  let underWay = 0;
  for (let entry = 0; entry < words.length; entry += ENTRY_WORDS) {
    const owner = words[entry + OWNER]!;
    if (owner === 0) continue;
    if ((words[entry + FLAGS]! & TRANSFER) === 0) owners.push(owner);
    else underWay++;
  }
  return { owners, text: `${owners.length} open${underWay > 0 ? `, ${underWay} on its way` : ''}` };
}
