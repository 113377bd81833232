import type { Action } from './action.js';
import { combinations } from './combinations.js';
import { Draft } from './draft.js';
import type { Patch } from './simulated/load-compiled.js';
import type { Model, View } from './model.js';
import { Program } from './program.js';
import { Realm } from './simulated/realm.js';
import { siteOf } from './site.js';
import { isOver, isTimed, sleepersOn, sleepersOnOwner } from './sleeping.js';
import { keyOfWords } from './state.js';
import type { Standing, State } from './state.js';
import { WordRules } from './word-rules.js';

const NO_ACCESS: ReadonlyMap<number, boolean> = new Map();

/** A model with its code: which states it may be in, and which actions lead from one to another. */
export class System {
  readonly model: Model;
  readonly #programs: readonly Program[];
  readonly #rules: WordRules;

  /** @param patches changes of the code under test */
  constructor(model: Model, patches: readonly Patch[] = []) {
    this.model = model;
    this.#rules = new WordRules(model);
    const realm = new Realm(model, patches);
    const programs = model.programs.map((acts, number) => new Program(realm, siteOf(realm, number), acts));
    for (const [first, ...others] of model.alike ?? []) for (const other of others) programs[other] = programs[first!]!;
    this.#programs = programs;
    realm.code.checkPatches();
  }

  /** The state before the first action. */
  initial(): State {
    const words = new Array<number>(this.model.wordCount).fill(0);
    for (const [index, value] of Object.entries(this.model.initial ?? {})) words[Number(index)] = value;
    const draft = this.#draft({ words, threads: this.#programs.map(({ start }) => start) });
    for (const thread of this.#programs.keys()) draft.settle(thread);
    return { words: draft.words, wordsKey: keyOfWords(draft.words), threads: draft.threads, kills: 0, rechecks: 0 };
  }

  /** Steps and ends of time that are possible in the state; without any, no thread can go on. */
  progress(state: State): Action[] {
    const actions: Action[] = [];
    for (let thread = 0; thread < state.threads.length; thread++) {
      const standing = state.threads[thread]!;
      if (standing.mode === 'asleep') {
        if (isTimed(standing.point.operation)) actions.push({ thread, kind: 'expire', choice: 0 });
        continue;
      }
      const outcomes = outcomesOf(state, standing);
      for (let choice = 0; choice < outcomes; choice++) actions.push({ thread, kind: 'step', choice });
    }
    return actions;
  }

  /** Whom the scheduler may kill in the state, and after how much of its next step. */
  kills(state: State): Action[] {
    if (state.kills >= (this.model.kills ?? 0)) return [];
    const actions: Action[] = [];
    for (let thread = 0; thread < state.threads.length; thread++) {
      if (state.threads[thread]!.mode === 'dead' || this.model.victims?.includes(thread) === false) continue;
      const halves = Math.max(1, this.#plainWrites(state, thread));
      const wakes = Math.max(1, sleepersOnOwner(state.threads, thread).length);
      for (let choice = 0; choice < halves * wakes; choice++) actions.push({ thread, kind: 'kill', choice });
    }
    return actions;
  }

  /** Sleepers that may look again by themselves, in a state in which no thread can go on. */
  rechecks(state: State): Action[] {
    if (this.model.rechecks !== 'after a kill' || state.kills === 0) return [];
    if (state.rechecks >= 2 * state.threads.length) return [];
    // One after the other: all of them look, and it takes only one that can go on.
    const sleepers = this.sleepers(state);
    return [{ thread: sleepers[state.rechecks % sleepers.length]!, kind: 'recheck', choice: 0 }];
  }

  /** The threads that wait, in a state in which no thread can go on. */
  sleepers({ threads }: State): number[] {
    return [...threads.keys()].filter((thread) => {
      const { mode, point } = threads[thread]!;
      return mode === 'asleep' || (mode === 'ready' && point.operation.kind === 'turn');
    });
  }

  view({ threads, words }: State): View {
    return {
      words,
      isDead: (thread) => threads[thread]!.mode === 'dead',
      isDone: (thread) => threads[thread]!.mode !== 'dead' && threads[thread]!.point.operation.kind === 'done',
    };
  }

  /** The state after an action that is possible in this one. */
  apply(state: State, { thread, kind, choice }: Action): State {
    const draft = this.#draft(state);
    let { kills, rechecks } = state;
    switch (kind) {
      case 'step':
        draft.step(thread, choice);
        break;
      case 'expire':
        draft.return(thread, 1);
        break;
      case 'kill':
        draft.kill(thread, choice);
        kills++;
        break;
      case 'recheck':
        draft.recheck(thread);
        rechecks++;
    }
    const wordsKey = draft.words === state.words ? state.wordsKey : keyOfWords(draft.words);
    return { words: draft.words, wordsKey, threads: draft.threads, kills, rechecks };
  }

  /** Words that the thread's next step accesses without Atomics, and whether it writes them. */
  plainAccesses(state: State, thread: number): ReadonlyMap<number, boolean> {
    if (!this.#isPlainNext(state.threads[thread]!)) return NO_ACCESS;
    const accesses = new Map<number, boolean>();
    this.#draft(state).runPlain(thread, Infinity, (index, writes) => {
      accesses.set(index, writes || accesses.get(index) === true);
    });
    return accesses;
  }

  #plainWrites(state: State, thread: number): number {
    if (!this.#isPlainNext(state.threads[thread]!)) return 0;
    let count = 0;
    this.#draft(state).runPlain(thread, Infinity, (_, writes) => {
      if (writes) count++;
    });
    return count;
  }

  #isPlainNext({ mode, point }: Standing): boolean {
    return mode === 'ready' && this.#rules.isPlain(point.operation);
  }

  #draft(state: Pick<State, 'words' | 'threads'>): Draft {
    return new Draft(state, this.#programs, this.#rules);
  }
}

/** In how many ways the next step of a thread may end. */
function outcomesOf({ threads, words }: State, { mode, point, rung }: Standing): number {
  const { operation } = point;
  if (mode === 'dead') return 0;
  switch (operation.kind) {
    case 'done':
    case 'failed':
      return 0;
    case 'spin':
      return operation.timed ? 2 : 1;
    case 'pause':
      return operation.timed && (mode === 'woken' || isOver(words, threads, operation)) ? 2 : 1;
    case 'unpark': {
      const asleep = sleepersOn(threads, operation.index).length;
      return combinations(asleep, Math.min(operation.count, asleep));
    }
    case 'turn':
      return Number(rung) + operation.others.length;
    default:
      return 1;
  }
}
