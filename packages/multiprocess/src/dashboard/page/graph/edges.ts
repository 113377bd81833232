import type { Line } from './rows.js';

const SVG = 'http://www.w3.org/2000/svg';
const ARROWS: readonly Line[] = ['hold', 'wait', 'deadlock'];
/** Ends of lines keep so far from the corners of a card. */
const CORNER = 10;

/** A line from a process to an object. */
export interface Edge {
  readonly from: Element;
  readonly to: Element;
  readonly line: Line;
  readonly isWait: boolean;
  /** The two cards that it joins. */
  readonly ends: readonly [process: string, object: string];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Draws the lines between the cards. Each is a text in a card, too, so that screen readers need not see them. */
export class Edges {
  readonly element = document.createElementNS(SVG, 'svg');
  readonly #paths = document.createElementNS(SVG, 'g');

  constructor() {
    this.element.setAttribute('aria-hidden', 'true');
    this.element.classList.add('edges');
    const definitions = document.createElementNS(SVG, 'defs');
    definitions.append(...ARROWS.map(arrow));
    this.element.append(definitions, this.#paths);
  }

  /** Draws anew, where the cards are now. Those of `active`, a card, stand out. */
  draw(edges: readonly Edge[], active: string | undefined): void {
    const origin = this.element.getBoundingClientRect();
    const boxOf = (one: Element): Box => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return {
        left: left - origin.left,
        right: right - origin.left,
        top: top - origin.top,
        bottom: bottom - origin.top,
      };
    };
    const placed = spread(edges.map((edge) => ({ edge, from: boxOf(edge.from), to: boxOf(edge.to) })));
    while (this.#paths.childElementCount > placed.length) this.#paths.lastChild?.remove();
    while (this.#paths.childElementCount < placed.length) {
      this.#paths.append(document.createElementNS(SVG, 'path'));
    }
    placed.forEach(({ edge: { line, isWait, ends }, from, to, y }, i) => {
      const path = this.#paths.children[i]!;
      path.setAttribute('d', curve(from.right, (from.top + from.bottom) / 2, to.left, y));
      path.setAttribute('data-line', line);
      const state = active === undefined ? '' : ends.includes(active) ? 'active' : 'dim';
      path.setAttribute('data-state', state);
      // The arrows of a deadlock go round in a circle: from a process to what it waits for, from that to its holder.
      const marker = ARROWS.includes(line) ? `url(#arrow-${line})` : '';
      set(path, 'marker-end', isWait ? marker : '');
      set(path, 'marker-start', isWait ? '' : marker);
    });
  }
}

function set(path: Element, name: string, value: string): void {
  if (value === '') path.removeAttribute(name);
  else path.setAttribute(name, value);
}

interface Placed {
  readonly edge: Edge;
  readonly from: Box;
  readonly to: Box;
}

/** Ends of several lines at one object stand below each other, in the order of where they begin. */
function spread(edges: readonly Placed[]): (Placed & { readonly y: number })[] {
  const byObject = Map.groupBy(edges, ({ edge }) => edge.to);
  const placed = [...byObject.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.from.top - b.from.top);
    return sorted.map((one, i) => {
      const { top, bottom } = one.to;
      const room = Math.max(0, bottom - top - 2 * CORNER);
      return { ...one, y: top + CORNER + (room * (i + 1)) / (sorted.length + 1) };
    });
  });
  // What matters most is drawn last, over the others.
  const rank: Readonly<Record<Line, number>> = { own: 0, use: 0, hold: 1, wait: 2, deadlock: 3 };
  return placed.sort((a, b) => rank[a.edge.line] - rank[b.edge.line]);
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(16, (x2 - x1) * 0.45);
  return `M${round(x1)} ${round(y1)}C${round(x1 + bend)} ${round(y1)} ${round(x2 - bend)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}

function round(length: number): string {
  return length.toFixed(1);
}

function arrow(line: Line): SVGMarkerElement {
  const marker = document.createElementNS(SVG, 'marker');
  const attributes = { id: `arrow-${line}`, viewBox: '0 0 8 8', refX: '7.5', refY: '4', orient: 'auto-start-reverse' };
  const size = { markerWidth: '9', markerHeight: '9', markerUnits: 'userSpaceOnUse' };
  for (const [name, value] of Object.entries({ ...attributes, ...size })) marker.setAttribute(name, value);
  const head = document.createElementNS(SVG, 'path');
  head.setAttribute('d', 'M0 .5 8 4 0 7.5z');
  head.setAttribute('data-line', line);
  marker.append(head);
  return marker;
}
