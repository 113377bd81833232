/**
 * The order of cards in a column, which stays as it is from one look to the next: what is new goes where its weight asks, and
 * nothing else moves.
 */
export class Order {
  #ids: readonly string[] = [];

  /** The ids in their order. */
  update(weights: ReadonlyMap<string, number>): readonly string[] {
    const ids = this.#ids.filter((id) => weights.has(id));
    const known = new Set(ids);
    const weightOf = (id: string): number => weights.get(id) ?? 0;
    const added = [...weights.keys()].filter((id) => !known.has(id)).sort((a, b) => weightOf(a) - weightOf(b));
    for (const id of added) {
      const at = ids.findIndex((other) => weightOf(other) > weightOf(id));
      if (at === -1) ids.push(id);
      else ids.splice(at, 0, id);
    }
    this.#ids = ids;
    return ids;
  }
}
