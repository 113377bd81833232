import type { ObjectFacts } from '../../snapshot/snapshot.js';
import { element, setText } from '../shell/elements.js';
import { classOf, nameOf } from '../shell/words.js';
import { Chart } from './chart.js';
import { History } from './history.js';
import { numbersOf, panelsOf, WIDTH } from './panels.js';
import type { Panel } from './panels.js';

/** The charts of one object. */
export class PlotCard {
  readonly element = element('article', { className: 'plot' });
  readonly #name = element('h3', { className: 'title' });
  readonly #kind = element('span', { className: 'kind' });
  readonly #history = new History(WIDTH);
  #charts: { readonly panel: Panel; readonly chart: Chart }[] = [];

  constructor() {
    this.element.append(element('div', { className: 'head', children: [this.#name, this.#kind] }));
  }

  update(object: ObjectFacts, seconds: number): void {
    setText(this.#name, nameOf(object));
    this.#name.title = object.name;
    setText(this.#kind, classOf(object));
    this.#history.add(seconds, numbersOf(object));
    if (this.#charts.length === 0) {
      this.#charts = panelsOf(object).map((panel) => ({ panel, chart: new Chart(panel.title, panel.series) }));
      const charts = element('div', { className: 'charts', children: this.#charts.map(({ chart }) => chart.element) });
      this.element.append(charts);
    }
    for (const { panel, chart } of this.#charts) {
      const numbers = numbersOf(object);
      chart.show(
        this.#history.columns(panel.drawn),
        panel.told.map((i) => numbers[i]),
        this.#history.span,
      );
    }
  }

  redraw(): void {
    for (const { chart } of this.#charts) chart.redraw();
  }

  remove(): void {
    for (const { chart } of this.#charts) chart.remove();
  }
}
