import type { ObjectFacts, Snapshot } from '../../snapshot/snapshot.js';
import { element, setChildren, setText } from '../shell/elements.js';
import { Keyed } from '../shell/keyed.js';
import { counted, isNamed } from '../shell/words.js';
import { panelsOf } from './panels.js';
import { PlotCard } from './plot-card.js';

/** So many objects have plots unless the user asks for all. */
const FEW = 6;
const MANY = 48;

/** Live plots of queues, pipes and pools. */
export class Plots {
  readonly #container: HTMLElement;
  readonly #list = element('div', { className: 'plot-list' });
  readonly #none = element('p', { className: 'note', text: 'Nothing has items or workers yet.' });
  readonly #more = element('button', { className: 'more' });
  readonly #cards = new Keyed(
    () => new PlotCard(),
    (card) => {
      card.remove();
    },
  );
  #shown: readonly PlotCard[] = [];
  /** Objects in which there was ever an item. */
  readonly #used = new Set<string>();
  /** The objects that have plots now, in their order. */
  #ids: readonly string[] = [];
  #limit = FEW;
  #latest: Snapshot | undefined;

  constructor(container: HTMLElement) {
    this.#container = container;
    this.#more.type = 'button';
    this.#more.addEventListener('click', () => {
      this.#limit = this.#limit === FEW ? MANY : FEW;
      if (this.#latest !== undefined) this.update(this.#latest);
    });
    container.append(this.#list, this.#none, this.#more);
  }

  update(snapshot: Snapshot): void {
    this.#latest = snapshot;
    const plotted = snapshot.objects.filter((object) => panelsOf(object).length > 0);
    const byId = new Map(plotted.map((object) => [object.id, object]));
    for (const { id, items, rate } of plotted) if ((items ?? 0) + (rate?.put ?? 0) > 0) this.#used.add(id);
    for (const id of this.#used) if (!byId.has(id)) this.#used.delete(id);
    const before = new Map(this.#ids.map((id, i) => [id, i]));
    const placeOf = ({ id }: ObjectFacts): number => before.get(id) ?? MANY;
    const sorted = plotted.toSorted((a, b) => this.#rank(b) - this.#rank(a) || placeOf(a) - placeOf(b));
    this.#ids = sorted.map(({ id }) => id).slice(0, this.#limit);
    this.#shown = this.#cards.of(this.#ids);
    this.#shown.forEach((card, i) => {
      card.update(byId.get(this.#ids[i]!)!, snapshot.at / 1000);
    });
    setChildren(
      this.#list,
      this.#shown.map((card) => card.element),
    );
    this.#none.hidden = plotted.length > 0;
    const hidden = Math.min(MANY, plotted.length) - FEW;
    setText(this.#more, this.#limit === FEW ? `Show ${counted(hidden, 'more', 'more')}` : 'Show fewer');
    this.#more.hidden = hidden <= 0;
  }

  redraw(): void {
    for (const card of this.#shown) card.redraw();
  }

  /** Whether the plots can be seen. */
  set isHidden(isHidden: boolean) {
    this.#container.hidden = isHidden;
  }

  /** Pools first, then what has ever been used, then what has a name. None of this changes often, so that plots seldom move. */
  #rank(object: ObjectFacts): number {
    return (object.workers === null ? 0 : 4) + (this.#used.has(object.id) ? 2 : 0) + (isNamed(object) ? 1 : 0);
  }
}
