import type { Snapshot } from '../../snapshot/snapshot.js';
import { byId, element, setChildren, setData, setText } from './elements.js';
import { Keyed } from './keyed.js';

/** The sentences about circles of waits, deadlocks first. A screen reader tells those that are new. */
export class Circles {
  readonly #list = byId('circles');
  readonly #items = new Keyed(() => element('li'));

  update({ circles }: Snapshot): void {
    const sorted = circles.toSorted((a, b) => Number(b.isDeadlock) - Number(a.isDeadlock));
    const items = this.#items.of(sorted.map(({ sentence }) => sentence));
    items.forEach((item, i) => {
      const { sentence, isDeadlock } = sorted[i]!;
      setText(item, sentence);
      setData(item, 'deadlock', isDeadlock ? 'true' : undefined);
    });
    setChildren(this.#list, items);
  }
}
