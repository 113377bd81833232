/** One of the cards can be reached by the tabulator; from there arrow keys go to the others. */
export class ArrowKeys {
  readonly #columns: () => readonly (readonly HTMLElement[])[];
  #current: HTMLElement | undefined;

  /** @param columns the cards as they stand now */
  constructor(container: HTMLElement, columns: () => readonly (readonly HTMLElement[])[]) {
    this.#columns = columns;
    container.addEventListener('keydown', (event) => {
      const next = this.#nextTo(event.target, event.key);
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    });
    container.addEventListener('focusin', ({ target }) => {
      const card = this.#columns()
        .flat()
        .find((one) => one === target);
      if (card !== undefined) this.#choose(card);
    });
  }

  /** Chooses a card again, after they have changed. */
  refresh(): void {
    const cards = this.#columns().flat();
    const stays = this.#current !== undefined && cards.includes(this.#current);
    this.#choose(stays ? this.#current : cards[0]);
  }

  #choose(card: HTMLElement | undefined): void {
    if (this.#current !== undefined && this.#current !== card) this.#current.tabIndex = -1;
    if (card !== undefined) card.tabIndex = 0;
    this.#current = card;
  }

  #nextTo(target: EventTarget | null, key: string): HTMLElement | undefined {
    const columns = this.#columns();
    const column = columns.findIndex((cards) => cards.some((card) => card === target));
    const cards = columns[column];
    if (cards === undefined) return undefined;
    const at = cards.findIndex((card) => card === target);
    const beside = (cards: readonly HTMLElement[] | undefined): HTMLElement | undefined =>
      cards?.[Math.min(at, cards.length - 1)];
    switch (key) {
      case 'ArrowDown':
        return cards[at + 1];
      case 'ArrowUp':
        return cards[at - 1];
      case 'ArrowRight':
        return beside(columns[column + 1]);
      case 'ArrowLeft':
        return beside(columns[column - 1]);
      case 'Home':
        return cards[0];
      case 'End':
        return cards.at(-1);
      default:
        return undefined;
    }
  }
}
