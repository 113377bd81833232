import type { ProcessFacts } from '../../snapshot/snapshot.js';
import { element, setChildren, setData, setText } from '../shell/elements.js';
import { counted, shortTitle } from '../shell/words.js';
import type { Row } from './rows.js';

/** After so many looks with fewer rows a card gets smaller. */
const SHRINK_AFTER = 60;

/** A process, with what its threads hold and wait for. */
export class ProcessCard {
  readonly element = element('li', { className: 'card process' });
  readonly #title = element('span', { className: 'title' });
  readonly #meta = element('span', { className: 'meta' });
  readonly #head = element('div', { className: 'head', children: [this.#title, this.#meta] });
  readonly #list = element('ul', { className: 'rows' });
  #rows: HTMLLIElement[] = [];
  /** For how many rows there is room. */
  #reserved = 0;
  #idleLooks = 0;

  constructor() {
    this.element.tabIndex = -1;
    this.element.append(this.#head);
  }

  /** Where the line of a row begins. */
  rowAt(index: number): Element {
    return this.#rows[index] ?? this.#head;
  }

  /** Where lines begin that belong to no row. */
  get head(): Element {
    return this.#head;
  }

  update({ pid, title, threads, isStopped }: ProcessFacts, rows: readonly Row[]): void {
    this.#title.title = title;
    setText(this.#title, title === '' ? 'a process that has ended' : shortTitle(title));
    const more = [...(threads > 1 ? [counted(threads, 'thread')] : []), ...(isStopped ? ['stopped'] : [])];
    setText(this.#meta, [String(pid), ...more].join(' · '));
    setData(this.element, 'stopped', isStopped ? 'true' : undefined);
    setData(this.element, 'deadlocked', rows.some(({ line }) => line === 'deadlock') ? 'true' : undefined);
    this.#reserve(rows.length);
    this.#rows = Array.from({ length: this.#reserved }, (_, i) => this.#rows[i] ?? element('li'));
    for (const row of this.#rows.slice(rows.length)) clear(row);
    rows.forEach(({ text, line, isWait }, i) => {
      const row = this.#rows[i]!;
      setText(row, text);
      row.title = text;
      setData(row, 'line', line);
      setData(row, 'wait', isWait ? 'true' : undefined);
    });
    setChildren(this.#list, this.#rows);
    setChildren(this.element, this.#reserved === 0 ? [this.#head] : [this.#head, this.#list]);
  }
  /** Waits come and go with every look: a card shrinks only after a while, so that the others do not jump. */
  #reserve(count: number): void {
    this.#idleLooks = count < this.#reserved ? this.#idleLooks + 1 : 0;
    if (count <= this.#reserved && this.#idleLooks <= SHRINK_AFTER) return;
    this.#reserved = count;
    this.#idleLooks = 0;
  }
}

/** An empty row that keeps its place. */
function clear(row: HTMLElement): void {
  setText(row, '\u{a0}');
  row.title = '';
  setData(row, 'line', undefined);
  setData(row, 'wait', undefined);
}
