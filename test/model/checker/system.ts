import type { Action } from './action.js';
import { CodeTree } from './code-tree.js';
import type { CodePoint } from './code-tree.js';
import type { Patch } from './load-compiled.js';
import { wordAfter } from './memory.js';
import type { Model, Site, View } from './model.js';
import type { Operation, WatchedWord } from './operation.js';
import { Realm } from './realm.js';
import type { Standing, State } from './state.js';

/** Words and threads while a step is being made. */
interface Draft {
  readonly words: Int32Array;
  readonly threads: Standing[];
}

/** A model with its code: which states it may be in, and which steps lead from one to another. */
export class System {
  readonly model: Model;
  readonly #trees: readonly CodeTree[];
  readonly #constant: ReadonlySet<number>;
  readonly #racy: ReadonlySet<number>;

  constructor(model: Model, patches: readonly Patch[] = []) {
    this.model = model;
    this.#constant = new Set(model.constant);
    this.#racy = new Set(model.racy);
    const realm = new Realm(model.wordCount, patches);
    this.#trees = model.programs.map((program, number) => new CodeTree(realm, () => program(siteOf(realm, number))));
    realm.code.checkPatches();
  }

  /** The state before the first step. */
  initial(): State {
    const words = new Int32Array(this.model.wordCount);
    for (const [index, value] of Object.entries(this.model.initial ?? {})) words[Number(index)] = value;
    const draft: Draft = { words, threads: [] };
    for (const { root } of this.#trees) draft.threads.push({ point: root, mode: 'ready', rung: false });
    for (const [thread, { point }] of draft.threads.entries()) this.#arrive(draft, thread, point);
    return { ...draft, kills: 0, rechecks: 0 };
  }

  /** Steps and ends of time that are possible in the state; without any, nobody can go on. */
  progress(state: State): Action[] {
    const actions: Action[] = [];
    for (const [thread, standing] of state.threads.entries()) {
      const { operation } = standing.point;
      if (standing.mode === 'asleep') {
        if (isTimed(operation)) actions.push({ thread, kind: 'expire', choice: 0 });
        continue;
      }
      const outcomes = standing.mode === 'dead' ? 0 : this.#outcomes(state, thread);
      for (let choice = 0; choice < outcomes; choice++) actions.push({ thread, kind: 'step', choice });
    }
    return actions;
  }

  /** Whom the scheduler may kill in the state, and after how much of its next step. */
  kills(state: State): Action[] {
    if (state.kills >= (this.model.kills ?? 0)) return [];
    const actions: Action[] = [];
    for (const [thread, { mode }] of state.threads.entries()) {
      if (mode === 'dead' || this.model.victims?.includes(thread) === false) continue;
      const halves = Math.max(1, this.#plainWrites(state, thread));
      const wakes = Math.max(1, this.#sleepersOnOwner(state.threads, thread).length);
      for (let choice = 0; choice < halves * wakes; choice++) actions.push({ thread, kind: 'kill', choice });
    }
    return actions;
  }

  /** Sleepers that may look again in a state in which nobody can go on. */
  rechecks(state: State): Action[] {
    if (this.model.rechecks !== 'after a kill' || state.kills === 0) return [];
    if (state.rechecks >= 2 * state.threads.length) return [];
    return this.sleepers(state).map((thread) => ({ thread, kind: 'recheck', choice: 0 }));
  }

  /** Who waits for something that nobody does, in a state in which nobody can go on. */
  sleepers({ threads }: State): number[] {
    const waits = ({ mode, point }: Standing): boolean =>
      mode === 'asleep' || (mode === 'ready' && point.operation.kind === 'turn');
    return [...threads.keys()].filter((thread) => waits(threads[thread]!));
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
    const draft: Draft = { words: state.words.slice(), threads: [...state.threads] };
    let { kills, rechecks } = state;
    if (kind === 'step') this.#step(draft, thread, choice);
    else if (kind === 'expire') this.#return(draft, thread, 1);
    else if (kind === 'kill') {
      kills++;
      this.#kill(draft, thread, choice);
    } else {
      rechecks++;
      this.#recheck(draft, thread);
    }
    return { ...draft, kills, rechecks };
  }

  /** Words that the thread's next step accesses without Atomics, and whether it writes them. */
  plainAccesses(state: State, thread: number): ReadonlyMap<number, boolean> {
    const accesses = new Map<number, boolean>();
    const { mode } = state.threads[thread]!;
    if (mode !== 'ready' || !this.#isPlain(state.threads[thread]!.point.operation)) return accesses;
    const draft: Draft = { words: state.words.slice(), threads: [...state.threads] };
    this.#runPlain(draft, thread, Infinity, (index, writes) => {
      accesses.set(index, writes || accesses.get(index) === true);
    });
    return accesses;
  }

  #outcomes(state: State, thread: number): number {
    const { mode, point, rung } = state.threads[thread]!;
    const { operation } = point;
    switch (operation.kind) {
      case 'done':
      case 'failed':
        return 0;
      case 'spin':
        return isTimed(operation) ? 2 : 1;
      case 'pause':
        return isTimed(operation) && (mode === 'woken' || isOver(state, operation)) ? 2 : 1;
      case 'unpark': {
        const asleep = sleepersOn(state.threads, operation.index).length;
        return combinations(asleep, Math.min(operation.count, asleep));
      }
      case 'turn':
        return Number(rung) + operation.others.length;
      default:
        return 1;
    }
  }

  #step(draft: Draft, thread: number, choice: number): void {
    const { mode, point, rung } = draft.threads[thread]!;
    const { operation } = point;
    switch (operation.kind) {
      case 'pause':
        if (mode === 'woken' || isOver(draft, operation)) this.#return(draft, thread, choice);
        else draft.threads[thread] = { point, mode: 'asleep', rung };
        return;
      case 'spin':
        this.#return(draft, thread, choice);
        return;
      case 'watch':
        this.#return(draft, thread, Number(!isOver(draft, operation)));
        return;
      case 'isDead':
        this.#return(draft, thread, Number(isDead(draft.threads, operation.owner)));
        return;
      case 'unpark':
        this.#unpark(draft, thread, operation, choice);
        return;
      case 'turn':
        this.#turn(draft, thread, operation, choice);
        return;
      case 'done':
      case 'failed':
      case 'note':
        throw new Error(`The thread has no step to make: ${operation.kind}`);
      default:
        if (this.#isPlain(operation)) this.#runPlain(draft, thread, Infinity, () => undefined);
        else this.#return(draft, thread, this.#access(draft, operation));
    }
  }

  #unpark(draft: Draft, thread: number, operation: Operation & { kind: 'unpark' }, choice: number): void {
    const { threads } = draft;
    const asleep = sleepersOn(threads, operation.index);
    const count = Math.min(operation.count, asleep.length);
    for (const sleeper of combination(asleep, count, choice)) threads[sleeper] = { ...threads[sleeper]!, mode: 'woken' };
    for (const [other, standing] of threads.entries()) {
      if (standing.point.watches.some(({ index }) => index === operation.index)) threads[other] = { ...standing, rung: true };
    }
    this.#return(draft, thread, count);
  }

  #turn(draft: Draft, thread: number, operation: Operation & { kind: 'turn' }, choice: number): void {
    const standing = draft.threads[thread]!;
    const other = choice - Number(standing.rung);
    if (other >= 0) {
      this.#return(draft, thread, -operation.others[other]! - 1);
      return;
    }
    draft.threads[thread] = { ...standing, rung: false };
    const over = bitsOf(operation.watches, (watch) => isOver(draft, watch));
    if (over !== 0) this.#return(draft, thread, over);
  }

  /** Looks again, as after 100 ms; an event loop that waits for no owner resumes its waits even if no word has changed. */
  #recheck(draft: Draft, thread: number): void {
    const { operation } = draft.threads[thread]!.point;
    if (operation.kind !== 'turn') {
      this.#return(draft, thread, 0);
      return;
    }
    const over = bitsOf(operation.watches, (watch) => watch.owner === 0 || isOver(draft, watch));
    if (over !== 0) this.#return(draft, thread, over);
  }

  #kill(draft: Draft, thread: number, choice: number): void {
    const sleepers = this.#sleepersOnOwner(draft.threads, thread);
    const wakes = Math.max(1, sleepers.length);
    this.#runPlain(draft, thread, Math.floor(choice / wakes), () => undefined);
    draft.threads[thread] = { ...draft.threads[thread]!, mode: 'dead' };
    const woken = sleepers[choice % wakes];
    if (woken !== undefined) draft.threads[woken] = { ...draft.threads[woken]!, mode: 'woken' };
  }

  /** The thread's operation has returned: its code goes on to the next one. */
  #return(draft: Draft, thread: number, result: number): void {
    this.#arrive(draft, thread, this.#trees[thread]!.after(draft.threads[thread]!.point, result));
  }

  /** Does what is no step of its own, since nobody could tell when it was done. */
  #arrive(draft: Draft, thread: number, point: CodePoint): void {
    let here = point;
    for (;;) {
      const { operation } = here;
      if (operation.kind === 'note' || (operation.kind === 'load' && this.#constant.has(operation.index))) {
        const before = draft.words[operation.index]!;
        const after = wordAfter(operation, before);
        draft.words[operation.index] = after;
        here = this.#trees[thread]!.after(here, after);
      } else if (operation.kind === 'read' && this.#constant.has(operation.index)) {
        here = this.#trees[thread]!.after(here, draft.words[operation.index]!);
      } else if (operation.kind === 'isDead' && (this.model.kills ?? 0) === 0) {
        here = this.#trees[thread]!.after(here, Number(isDead(draft.threads, operation.owner)));
      } else {
        break;
      }
    }
    draft.threads[thread] = { point: here, mode: 'ready', rung: draft.threads[thread]!.rung };
  }

  #access(draft: Draft, operation: Parameters<typeof wordAfter>[0]): number {
    const before = draft.words[operation.index]!;
    const after = wordAfter(operation, before);
    if (after !== before && this.#constant.has(operation.index)) {
      throw new Error(`Word ${operation.index} is said to be constant and is changed`);
    }
    draft.words[operation.index] = after;
    return before;
  }

  #isPlain(operation: Operation): operation is Operation & { kind: 'read' | 'write' } {
    return (operation.kind === 'read' || operation.kind === 'write') && !this.#racy.has(operation.index);
  }

  /** Does the accesses without Atomics that come next, up to so many writes. */
  #runPlain(draft: Draft, thread: number, writes: number, note: (index: number, writes: boolean) => void): void {
    let left = writes;
    for (;;) {
      const { operation } = draft.threads[thread]!.point;
      if (left === 0 || !this.#isPlain(operation)) return;
      note(operation.index, operation.kind === 'write');
      if (operation.kind === 'write') left--;
      this.#return(draft, thread, this.#access(draft, operation));
    }
  }

  #plainWrites(state: State, thread: number): number {
    let writes = 0;
    const { mode, point } = state.threads[thread]!;
    if (mode !== 'ready' || !this.#isPlain(point.operation)) return 0;
    const draft: Draft = { words: state.words.slice(), threads: [...state.threads] };
    this.#runPlain(draft, thread, Infinity, (_, isWrite) => {
      if (isWrite) writes++;
    });
    return writes;
  }

  #sleepersOnOwner(threads: readonly Standing[], thread: number): number[] {
    const owner = thread + 1;
    return [...threads.keys()].filter((other) => {
      const { mode, point } = threads[other]!;
      return mode === 'asleep' && point.operation.kind === 'pause' && point.operation.owner === owner;
    });
  }
}

function siteOf(realm: Realm, number: number): Site {
  const isDead = (owner: number): boolean => realm.run.perform({ kind: 'isDead', owner }) !== 0;
  const segment = realm.segment(number + 1, isDead);
  return {
    number,
    words: realm.words,
    thread: segment.thread as Site['thread'],
    parker: realm.parker,
    segment,
    load: (file) => realm.code.load(file),
    note: (index, value) => realm.run.perform({ kind: 'note', index, value }),
    loop: () => realm.run.loop(),
    onceSometime: (happen) => void realm.run.await({ word: undefined, due: 0, idle: true, happen }),
  };
}

function isTimed(operation: Operation): boolean {
  return (operation.kind === 'pause' || operation.kind === 'spin') && operation.timed;
}

function isOver({ threads, words }: Draft | State, { expected, index, owner }: WatchedWord): boolean {
  return words[index] !== expected || isDead(threads, owner);
}

function isDead(threads: readonly Standing[], owner: number): boolean {
  return owner !== 0 && threads[owner - 1]?.mode === 'dead';
}

function sleepersOn(threads: readonly Standing[], index: number): number[] {
  return [...threads.keys()].filter((thread) => {
    const { mode, point } = threads[thread]!;
    return mode === 'asleep' && point.operation.kind === 'pause' && point.operation.index === index;
  });
}

function bitsOf(watches: readonly WatchedWord[], holds: (watch: WatchedWord) => boolean): number {
  return watches.reduce((bits, watch, i) => (holds(watch) ? bits | (1 << i) : bits), 0);
}

/** In how many ways `count` can be chosen of `of`. */
function combinations(of: number, count: number): number {
  let ways = 1;
  for (let i = 0; i < count; i++) ways = (ways * (of - i)) / (i + 1);
  return ways;
}

/** One of these ways. */
function combination(of: readonly number[], count: number, choice: number): number[] {
  if (count === 0) return [];
  const [first, ...rest] = of;
  const withFirst = combinations(rest.length, count - 1);
  if (choice < withFirst) return [first!, ...combination(rest, count - 1, choice)];
  return combination(rest, count, choice - withFirst);
}
