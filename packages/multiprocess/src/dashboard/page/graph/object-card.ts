import type { ObjectFacts } from '../../snapshot/snapshot.js';
import { element, setData, setText } from '../shell/elements.js';
import { classOf, nameOf, packageOf, sizeText, stateOf } from '../shell/words.js';

/** An object, with its state and who holds it. */
export class ObjectCard {
  readonly element = element('li', { className: 'card object' });
  readonly #kind = element('span', { className: 'kind' });
  readonly #name = element('span', { className: 'title' });
  readonly #state = element('span', { className: 'meta' });

  constructor() {
    this.element.tabIndex = -1;
    this.element.append(element('div', { className: 'head', children: [this.#name, this.#kind] }), this.#state);
  }

  update(object: ObjectFacts, holders: readonly string[], waiting: number, isDeadlocked: boolean): void {
    setText(this.#kind, classOf(object));
    setText(this.#name, nameOf(object));
    this.#name.title = `${object.kind} ${object.name}`;
    setData(this.element, 'package', packageOf(object));
    setData(this.element, 'deadlocked', isDeadlocked ? 'true' : undefined);
    const facts = [
      stateOf(object),
      holders.length === 0 ? '' : `held by ${holders.join(', ')}`,
      waiting === 0 ? '' : `${waiting} waiting`,
    ];
    setText(
      this.#state,
      facts.filter((fact) => fact !== '').join(' · ') || (packageOf(object) === 'sync' ? 'free' : sizeText(object)),
    );
    this.#state.title = this.#state.textContent;
  }
}
