import type { Edge } from './edges.js';

/** What a browser draws anew each second without effort, and more than a person can follow with the eyes. */
const MAX_EDGES = 1000;

type Kind = Pick<Edge, 'line' | 'ends'>;

/**
 * Of too many lines those that matter: of holds and waits first, then those of `active`, a card. A hundred processes with some hundred
 * objects have ten thousands of others, that say only what is open where.
 */
export function chosenEdges<E extends Kind>(edges: readonly E[], active: string | undefined): readonly E[] {
  if (edges.length <= MAX_EDGES) return edges;
  const rank = ({ line, ends }: E): number => {
    if (line !== 'use' && line !== 'own') return 2;
    return active !== undefined && ends.includes(active) ? 1 : 0;
  };
  return edges.toSorted((a, b) => rank(b) - rank(a)).slice(0, MAX_EDGES);
}
