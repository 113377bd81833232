import { element, setChildren, setText } from '../shell/elements.js';

/** A table whose rows are rewritten in place, so that what is selected stays selected. */
export class Table {
  readonly element = element('div', { className: 'table' });
  readonly #body = element('tbody');
  readonly #caption: HTMLElement;
  readonly #title: string;
  readonly #width: number;

  constructor(title: string, head: readonly string[]) {
    this.#title = title;
    this.#width = head.length;
    this.#caption = element('caption', { text: title });
    const cells = head.map((text) => {
      const cell = element('th', { text });
      cell.scope = 'col';
      return cell;
    });
    const row = element('tr', { children: cells });
    this.element.append(
      element('table', { children: [this.#caption, element('thead', { children: [row] }), this.#body] }),
    );
    this.element.tabIndex = 0; // so that the keyboard can scroll it
    this.element.role = 'region';
    this.element.ariaLabel = title;
  }

  show(rows: readonly (readonly string[])[]): void {
    setText(this.#caption, `${this.#title} (${rows.length})`);
    const elements = rows.map((_, i) => this.#body.rows[i] ?? this.#newRow());
    rows.forEach((texts, i) => {
      texts.forEach((text, at) => {
        setText(elements[i]!.cells[at]!, text === '' ? '–' : text);
      });
    });
    setChildren(this.#body, elements);
  }

  #newRow(): HTMLTableRowElement {
    return element('tr', { children: Array.from({ length: this.#width }, () => element('td')) });
  }
}
