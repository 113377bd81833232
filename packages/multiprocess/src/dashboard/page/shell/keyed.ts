/** Views by the id of what they show: made when it appears, forgotten when it goes, so that each keeps its state meanwhile. */
export class Keyed<V> {
  readonly #views = new Map<string, V>();
  readonly #make: (id: string) => V;
  readonly #drop: (view: V) => void;

  constructor(make: (id: string) => V, drop: (view: V) => void = () => undefined) {
    this.#make = make;
    this.#drop = drop;
  }

  /** The views of these ids, in this order; all others are dropped. */
  of(ids: readonly string[]): V[] {
    const wanted = new Set(ids);
    for (const [id, view] of this.#views) {
      if (wanted.has(id)) continue;
      this.#views.delete(id);
      this.#drop(view);
    }
    return ids.map((id) => {
      const view = this.#views.get(id) ?? this.#make(id);
      this.#views.set(id, view);
      return view;
    });
  }

  get(id: string): V | undefined {
    return this.#views.get(id);
  }
}
