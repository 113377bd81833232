import uPlot from 'uplot';
import { element, setText } from '../shell/elements.js';

/** A line of a chart. */
export interface Series {
  readonly label: string;
  /** Which of the colours of the page it has. */
  readonly colour: 'first' | 'second';
  /** Whether the area below it is coloured, too. */
  readonly isFilled: boolean;
  readonly isStepped: boolean;
}

const HEIGHT = 96;
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** Lines over the last minutes, later ones over earlier ones; above them the latest number of each, the last one first. */
export class Chart {
  readonly element = element('div', { className: 'chart' });
  readonly #numbers: HTMLElement[];
  readonly #plot: uPlot;
  #span = 60;

  constructor(title: string, series: readonly Series[]) {
    this.element.role = 'group';
    this.element.ariaLabel = title;
    const legend = series.map(({ label, colour }) => {
      const number = element('b', { text: '–' });
      const swatch = element('i', { className: 'swatch' });
      swatch.dataset['colour'] = colour;
      return { number, swatch, item: element('li', { children: [swatch, number, ` ${label}`].map(asNode) }) };
    });
    this.#numbers = legend.map(({ number }) => number);
    const canvas = element('div', { className: 'canvas' });
    canvas.ariaHidden = 'true';
    this.element.append(
      element('ul', { className: 'numbers', children: legend.map(({ item }) => item).reverse() }),
      canvas,
    );
    // The canvas has the colours that the style sheet gives to the legend, as they are when it is drawn.
    const colourOf = (i: number): string => getComputedStyle(legend[i]!.swatch).color;
    const inkOf = (): string => getComputedStyle(canvas).color;
    const lines = series.map(({ label, isFilled, isStepped }, i) => ({
      label,
      width: 1.5,
      stroke: () => colourOf(i),
      ...(isFilled ? { fill: () => transparent(colourOf(i), 0.25) } : {}),
      ...(isStepped ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
      points: { show: false },
    }));
    this.#plot = new uPlot(
      {
        width: 1, // until it is on the page
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: () => [-this.#span, 0] },
          y: { range: (_plot, _min, max) => [0, niceMaximum(max)] },
        },
        axes: [
          axis(inkOf, {
            size: 22,
            splits: () => [-3, -2, -1, 0].map((third) => (third * this.#span) / 3),
            values: agoTexts,
          }),
          axis(inkOf, { size: 40, splits: (_plot, _i, min, max) => [min, max / 2, max], values: numberTexts }),
        ],
        series: [{}, ...lines],
      },
      [[], ...series.map(() => [])],
      canvas,
    );
    new ResizeObserver(() => {
      if (canvas.clientWidth > 0) this.#plot.setSize({ width: canvas.clientWidth, height: HEIGHT });
    }).observe(canvas);
  }

  /**
   * @param columns seconds before now, then a line for each series
   * @param latest the numbers to tell, one for each series
   * @param span how many seconds to show
   */
  show(
    columns: [number[], ...(number | null)[][]],
    latest: readonly (number | null | undefined)[],
    span: number,
  ): void {
    this.#span = span;
    this.#numbers.forEach((number, i) => {
      setText(number, latest[i] === null || latest[i] === undefined ? '–' : compact.format(latest[i]));
    });
    this.#plot.setData(columns);
  }

  /** Draws again, in colours that have changed. */
  redraw(): void {
    this.#plot.redraw();
  }

  remove(): void {
    this.#plot.destroy();
  }
}

function axis(inkOf: () => string, own: uPlot.Axis): uPlot.Axis {
  const grid = { width: 1, stroke: () => transparent(inkOf(), 0.2) };
  return { stroke: inkOf, font: '11px system-ui, sans-serif', gap: 4, ticks: { show: false }, grid, ...own };
}

function agoTexts(_plot: uPlot, splits: readonly number[]): string[] {
  return splits.map((seconds) => (seconds === 0 ? 'now' : `${seconds} s`));
}

function numberTexts(_plot: uPlot, splits: readonly number[]): string[] {
  return splits.map((split) => (split === 0 ? '' : compact.format(split)));
}

/** The next of 2, 4, 10, 20, 40, 100, …, so that the scale seldom changes and its half is a whole number. */
function niceMaximum(max: number | null): number {
  const most = Math.max(1, max ?? 0);
  const power = 10 ** Math.floor(Math.log10(most));
  return [2, 4, 10].map((step) => step * power).find((one) => one >= most) ?? most;
}

function transparent(colour: string, alpha: number): string {
  return colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
}

function asNode(part: HTMLElement | string): Node {
  return typeof part === 'string' ? document.createTextNode(part) : part;
}
