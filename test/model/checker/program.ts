import { CodePoint } from './code-point.js';
import type { Act, Site } from './model.js';
import type { Realm } from './simulated/realm.js';
import { MAX_ACTS } from './state.js';
import type { Standing } from './state.js';

/** The acts of a thread, and which follows which. */
export class Program {
  readonly #starts: readonly CodePoint[];

  constructor(realm: Realm, site: Site, acts: readonly Act[]) {
    if (acts.length > MAX_ACTS) throw new RangeError(`A program has ${acts.length} acts, more than ${MAX_ACTS}`);
    let points = 0;
    // An act that comes several times has one tree.
    const starts = new Map<Act, CodePoint>();
    for (const act of acts) {
      if (!starts.has(act)) starts.set(act, CodePoint.startOf({ realm, act: () => act(site), nextId: () => points++ }));
    }
    this.#starts = acts.map((act) => starts.get(act)!);
  }

  /** Where the program begins. */
  get start(): Standing {
    return { act: 0, point: this.#starts[0]!, mode: 'ready', rung: false };
  }

  /** The act that follows one that has come to its end; undefined if the program has. */
  next({ act, point }: Standing): Pick<Standing, 'act' | 'point'> | undefined {
    const { operation } = point;
    if (operation.kind !== 'done' || operation.next === 'end') return undefined;
    const next = operation.next === 'again' ? act : act + 1;
    const start = this.#starts[next];
    return start === undefined ? undefined : { act: next, point: start };
  }
}
