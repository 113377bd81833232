import type { ObjectFacts, Snapshot } from '../../snapshot/snapshot.js';
import { element, setChildren, setData, setText } from '../shell/elements.js';
import { Keyed } from '../shell/keyed.js';
import { counted, threadText } from '../shell/words.js';
import { marginsFor } from './alignment.js';
import { ArrowKeys } from './arrow-keys.js';
import { chosenEdges } from './chosen-edges.js';
import { Edges } from './edges.js';
import type { Edge } from './edges.js';
import { ObjectCard } from './object-card.js';
import { Order } from './order.js';
import { ProcessCard } from './process-card.js';
import { rowsByProcess } from './rows.js';
import type { Row } from './rows.js';

/** Processes on the left, objects on the right, and lines between them. */
export class Graph {
  readonly #processes = element('ul', { className: 'column' });
  readonly #objects = element('ul', { className: 'column' });
  readonly #edges = new Edges();
  readonly #columns = element('div', { className: 'columns' });
  readonly #note = element('p', { className: 'note' });
  readonly #processCards = new Keyed(() => new ProcessCard());
  readonly #objectCards = new Keyed(() => new ObjectCard());
  readonly #processOrder = new Order();
  readonly #objectOrder = new Order();
  readonly #keys: ArrowKeys;
  #cards: readonly (readonly { readonly id: string; readonly element: HTMLElement }[])[] = [[], []];
  #drawn: readonly Edge[] = [];
  #users = new Map<string, readonly string[]>();
  /** The card that is pointed at or has the focus. */
  #active: string | undefined;

  constructor(container: HTMLElement) {
    this.#processes.ariaLabel = 'Processes';
    this.#objects.ariaLabel = 'Objects';
    this.#columns.append(this.#edges.element, this.#processes, this.#objects);
    this.#note.hidden = true;
    container.append(this.#note, this.#columns);
    this.#keys = new ArrowKeys(this.#columns, () => this.#cards.map((cards) => cards.map((card) => card.element)));
    new ResizeObserver(() => {
      this.#draw();
    }).observe(this.#columns);
    for (const type of ['pointerover', 'focusin']) {
      this.#columns.addEventListener(type, ({ target }) => {
        this.#activate(target);
      });
    }
    for (const type of ['pointerleave', 'focusout']) {
      this.#columns.addEventListener(type, () => {
        this.#activate(null);
      });
    }
  }

  update(snapshot: Snapshot): void {
    const rows = rowsByProcess(snapshot);
    const processIds = this.#placeProcesses(snapshot, rows);
    const objectIds = this.#placeObjects(snapshot, processIds);
    this.#drawn = this.#edgesOf(snapshot, rows);
    this.#keys.refresh();
    this.#cards = [
      processIds.map((id) => ({ id, element: this.#processCards.get(id)!.element })),
      objectIds.map((id) => ({ id, element: this.#objectCards.get(id)!.element })),
    ];
    this.#keys.refresh();
    this.#draw();
  }

  #placeProcesses({ processes }: Snapshot, rows: ReadonlyMap<number, readonly Row[]>): readonly string[] {
    const byId = new Map(processes.map((facts) => [String(facts.pid), facts]));
    const order = this.#processOrder.update(new Map(processes.map(({ pid }) => [String(pid), pid])));
    const isDeadlocked = (id: string): boolean =>
      rows.get(Number(id))?.some(({ line }) => line === 'deadlock') ?? false;
    const ids = firstThose(order, isDeadlocked);
    const cards = this.#processCards.of(ids);
    cards.forEach((card, i) => {
      const facts = byId.get(ids[i]!)!;
      card.update(facts, rows.get(facts.pid) ?? []);
    });
    setChildren(
      this.#processes,
      cards.map((card) => card.element),
    );
    return ids;
  }

  #placeObjects({ objects, holds, waits }: Snapshot, processIds: readonly string[]): readonly string[] {
    const place = new Map(processIds.map((id, i) => [id, i]));
    this.#users = new Map(objects.map(({ id, pids }) => [id, pids.map(String).filter((pid) => place.has(pid))]));
    const weightOf = ({ id }: ObjectFacts): number => this.#weightOf(id, place);
    const byId = new Map(objects.map((object) => [object.id, object]));
    const order = this.#objectOrder.update(new Map(objects.map((object) => [object.id, weightOf(object)])));
    const deadlocked = new Set([...holds, ...waits].filter((one) => one.isDeadlocked).map(({ object }) => object));
    const holders = Map.groupBy(holds, ({ object }) => object);
    const waiters = Map.groupBy(waits, ({ object }) => object);
    const ids = firstThose(order, (id) => deadlocked.has(id));
    const cards = this.#objectCards.of(ids);
    cards.forEach((card, i) => {
      const id = ids[i]!;
      const names = (holders.get(id) ?? []).map(({ thread }) => threadText(thread));
      card.update(byId.get(id)!, names, waiters.get(id)?.length ?? 0, deadlocked.has(id));
      setData(card.element, 'own', (this.#users.get(id)?.length ?? 0) > 1 ? undefined : 'true');
    });
    setChildren(
      this.#objects,
      cards.map((card) => card.element),
    );
    return ids;
  }

  /** Objects stand in the order of the processes that have them; below them those that a process has for itself. */
  #weightOf(id: string, place: ReadonlyMap<string, number>): number {
    const users = this.#users.get(id) ?? [];
    const middle = average(users.map((pid) => place.get(pid)!));
    return users.length > 1 ? middle : place.size + middle;
  }

  #edgesOf({ objects }: Snapshot, rows: ReadonlyMap<number, readonly Row[]>): Edge[] {
    const edges: Edge[] = [];
    const joined = new Set<string>();
    for (const [pid, own] of rows) {
      const card = this.#processCards.get(String(pid));
      own.forEach(({ object, line, isWait }, i) => {
        const to = object === null ? undefined : this.#objectCards.get(object)?.element;
        if (card === undefined || object === null || to === undefined) return;
        edges.push({ from: card.rowAt(i), to, line, isWait, ends: [String(pid), object] });
        joined.add(`${pid} ${object}`);
      });
    }
    for (const { id } of objects) {
      const users = this.#users.get(id) ?? [];
      const line = users.length > 1 ? 'use' : 'own';
      for (const pid of users) {
        if (joined.has(`${pid} ${id}`)) continue;
        const from = this.#processCards.get(pid)!.head;
        edges.push({ from, to: this.#objectCards.get(id)!.element, line, isWait: false, ends: [pid, id] });
      }
    }
    return edges;
  }

  /** Objects stand beside the processes that have them; the lines follow. */
  #draw(): void {
    const [processes = [], objects = []] = this.#cards;
    const middles = new Map(
      processes.map(({ id, element: { offsetTop, offsetHeight } }) => [id, offsetTop + offsetHeight / 2]),
    );
    const wishes = objects.map(({ id, element: { offsetHeight } }) => ({
      height: offsetHeight,
      middle: this.#wishOf(id, middles),
    }));
    marginsFor(wishes).forEach((margin, i) => {
      objects[i]!.element.style.marginTop = `${margin}px`;
    });
    this.#show();
  }

  #wishOf(id: string, middles: ReadonlyMap<string, number>): number {
    const users = this.#users.get(id) ?? [];
    return users.length > 1 ? average(users.map((pid) => middles.get(pid) ?? 0)) : 0;
  }

  #activate(target: EventTarget | null): void {
    const card = target instanceof Element ? target.closest('.card') : null;
    const active = this.#cards.flat().find((one) => one.element === card)?.id;
    if (active === this.#active) return;
    this.#active = active;
    this.#show();
  }

  #show(): void {
    const active = this.#cards.flat().some(({ id }) => id === this.#active) ? this.#active : undefined;
    const chosen = chosenEdges(this.#drawn, active);
    this.#edges.draw(chosen, active);
    this.#note.hidden = chosen.length === this.#drawn.length;
    setText(
      this.#note,
      `Of ${counted(this.#drawn.length, 'line')} ${chosen.length} are drawn: point at a card for its own.`,
    );
    const near = new Set(
      this.#drawn.filter(({ ends }) => active !== undefined && ends.includes(active)).flatMap(({ ends }) => ends),
    );
    if (active !== undefined) near.add(active);
    for (const { id, element: card } of this.#cards.flat()) {
      setData(card, 'dim', active === undefined || near.has(id) ? undefined : 'true');
    }
  }
}

/** Those first, each part in its order. */
function firstThose(ids: readonly string[], isFirst: (id: string) => boolean): string[] {
  return [...ids.filter(isFirst), ...ids.filter((id) => !isFirst(id))];
}

function average(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
