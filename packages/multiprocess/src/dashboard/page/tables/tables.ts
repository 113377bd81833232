import type { ObjectFacts, ProcessFacts, Snapshot } from '../../snapshot/snapshot.js';
import { threadText } from '../shell/words.js';
import { Table } from './table.js';

/** The facts of the graph and the plots as tables. */
export class Tables {
  readonly #container: HTMLElement;
  readonly #processes = new Table('Processes', ['PID', 'Command', 'Threads', 'Holds', 'Waits for']);
  readonly #objects = new Table('Objects', [
    'Kind',
    'Name',
    'Items',
    'Put/s',
    'Taken/s',
    'State',
    'Held by',
    'Waiting',
    'Processes',
  ]);

  constructor(container: HTMLElement) {
    this.#container = container;
    container.append(this.#processes.element, this.#objects.element);
  }

  get isHidden(): boolean {
    return this.#container.hidden !== false;
  }

  set isHidden(isHidden: boolean) {
    this.#container.hidden = isHidden;
  }

  update(snapshot: Snapshot): void {
    this.#processes.show(snapshot.processes.map((one) => processRow(one, snapshot)));
    this.#objects.show(snapshot.objects.map((one) => objectRow(one, snapshot)));
  }
}

function processRow({ pid, title, threads, isStopped }: ProcessFacts, { holds, waits, objects }: Snapshot): string[] {
  const nameOf = (id: string | null): string =>
    objects.find((object) => object.id === id)?.name ?? 'an object that is not listed';
  const isOwn = ({ thread }: { readonly thread: { readonly pid: number } }): boolean => thread.pid === pid;
  return [
    String(pid),
    isStopped ? `${title} (stopped)` : title,
    String(threads),
    listed(holds.filter(isOwn).map(({ object }) => nameOf(object))),
    listed(
      waits.filter(isOwn).map(({ object, isDeadlocked }) => `${nameOf(object)}${isDeadlocked ? ' (deadlock)' : ''}`),
    ),
  ];
}

function objectRow({ id, kind, name, items, rate, state, pids }: ObjectFacts, { holds, waits }: Snapshot): string[] {
  const threadsOf = (links: readonly (Snapshot['holds'][number] | Snapshot['waits'][number])[]): string =>
    listed(links.filter(({ object }) => object === id).map(({ thread }) => threadText(thread)));
  const numbers = [items, rate?.put, rate?.taken].map((number) => number?.toLocaleString('en') ?? '');
  return [kind, name, ...numbers, state ?? '', threadsOf(holds), threadsOf(waits), pids.join(' ')];
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}
