import type { ObjectState, Peek } from '@multiprocess/shared-memory';
import { CHUNK_WORDS, CHUNKS, FIRST_CHUNK, HIGH, MAX_CHUNKS, seatIndex, SEATS } from './pool-layout.js';
import { FREE, HOLDER } from './seat-table.js';

/** What can be told of a pool from outside: who has chunks, how many are lent, and how many of those are on their way. */
export function lookAtPool(peek: Peek): ObjectState {
  const chunks = Math.min(Math.max(0, peek(CHUNKS, 1)[0]!), MAX_CHUNKS);
  const words = peek(FIRST_CHUNK, chunks * CHUNK_WORDS);
  const owners: number[] = [];
  let lent = 0;
  let underWay = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const high = Math.min(Math.max(0, words[chunk * CHUNK_WORDS + HIGH]!), SEATS);
    const holders = [];
    for (let i = 0; i < high; i++) holders.push(words[seatIndex(chunk * SEATS + i) - FIRST_CHUNK + HOLDER]!);
    const taken = holders.filter((holder) => holder !== FREE);
    if (taken.length > 0) lent++;
    if (taken.some((holder) => holder < 0)) underWay++;
    owners.push(...taken.filter((holder) => holder > 0));
  }
  const state = `${chunks - lent} of ${chunks} chunks free`;
  return { owners, state: underWay === 0 ? state : `${state}, ${underWay} under way` };
}
