import type { Program } from './program.js';
import { combination } from './combinations.js';
import { wordAfter } from './simulated/memory.js';
import type { WordOperation } from './simulated/memory.js';
import type { Operation } from './operation.js';
import { isDead, isOver, sleepersOn, sleepersOnOwner } from './sleeping.js';
import type { Standing, State, Words } from './state.js';
import type { WordRules } from './word-rules.js';

/** A state while a step is being made of it. */
export class Draft {
  /** Those of the state, until one of them changes. */
  words: Words;
  readonly threads: Standing[];
  #changed: number[] | undefined;
  readonly #programs: readonly Program[];
  readonly #rules: WordRules;

  constructor({ threads, words }: Pick<State, 'words' | 'threads'>, programs: readonly Program[], rules: WordRules) {
    this.words = words;
    this.threads = [...threads];
    this.#programs = programs;
    this.#rules = rules;
  }

  /** Does what is no step of its own, since no thread could tell when it was done. */
  settle(thread: number): void {
    let standing = this.threads[thread]!;
    if (standing.mode !== 'ready') standing = { ...standing, mode: 'ready' };
    for (;;) {
      const { operation } = standing.point;
      if (operation.kind === 'done') {
        const next = this.#programs[thread]!.next(standing);
        if (next === undefined) break;
        standing = { ...standing, ...next };
        continue;
      }
      if (!this.#rules.isSilent(operation)) break;
      const result = operation.kind === 'isDead' ? 0 : this.#access(operation);
      standing = { ...standing, point: standing.point.after(result) };
    }
    this.threads[thread] = standing;
  }

  /** The thread's next operation, with that outcome of several. */
  step(thread: number, choice: number): void {
    const { mode, point } = this.threads[thread]!;
    const { operation } = point;
    switch (operation.kind) {
      case 'pause':
        if (mode === 'woken' || isOver(this.words, this.threads, operation)) this.return(thread, choice);
        else this.#put(thread, { mode: 'asleep' });
        return;
      case 'spin':
        this.return(thread, choice);
        return;
      case 'watch':
        this.return(thread, Number(!isOver(this.words, this.threads, operation)));
        return;
      case 'isDead':
        this.return(thread, Number(isDead(this.threads, operation.owner)));
        return;
      case 'unpark':
        this.#unpark(thread, operation, choice);
        return;
      case 'turn':
        this.#turn(thread, operation, choice);
        return;
      case 'done':
      case 'failed':
        throw new Error(`The thread has no step to make: ${operation.kind}`);
      default:
        if (this.#rules.isPlain(operation)) this.runPlain(thread, Infinity, () => undefined);
        else this.return(thread, this.#access(operation));
    }
  }

  /** The thread's operation has returned: its code goes on to the next one. */
  return(thread: number, result: number): void {
    this.#put(thread, { point: this.threads[thread]!.point.after(result) });
    this.settle(thread);
  }

  /** Looks again, as after 100 ms; an event loop that waits for no owner resumes its waits even if no word has changed. */
  recheck(thread: number): void {
    const { operation } = this.threads[thread]!.point;
    if (operation.kind === 'turn') this.#look(thread, operation, (owner) => owner === 0);
    else this.return(thread, 0);
  }

  /** Ends the thread after some of its next writes without Atomics. Whom that wakes is the other half of the choice. */
  kill(thread: number, choice: number): void {
    const sleepers = sleepersOnOwner(this.threads, thread);
    const wakes = Math.max(1, sleepers.length);
    this.runPlain(thread, Math.floor(choice / wakes), () => undefined);
    this.#put(thread, { mode: 'dead' });
    const woken = sleepers[choice % wakes];
    if (woken !== undefined) this.#put(woken, { mode: 'woken' });
  }

  /** Does the accesses without Atomics that come next, up to so many writes. */
  runPlain(thread: number, writes: number, note: (index: number, writes: boolean) => void): void {
    let left = writes;
    for (;;) {
      const { operation } = this.threads[thread]!.point;
      if (left === 0 || !this.#rules.isPlain(operation)) return;
      note(operation.index, operation.kind === 'write');
      if (operation.kind === 'write') left--;
      this.return(thread, this.#access(operation));
    }
  }

  #unpark(thread: number, { count, index }: Operation & { kind: 'unpark' }, choice: number): void {
    const asleep = sleepersOn(this.threads, index);
    const woken = combination(asleep, Math.min(count, asleep.length), choice);
    for (const sleeper of woken) this.#put(sleeper, { mode: 'woken' });
    for (const [other, { mode, point }] of this.threads.entries()) {
      if (mode !== 'dead' && point.watches.some((watch) => watch.index === index)) this.#put(other, { rung: true });
    }
    this.return(thread, woken.length);
  }

  #turn(thread: number, operation: Operation & { kind: 'turn' }, choice: number): void {
    const { rung } = this.threads[thread]!;
    if (rung && choice === 0) this.#look(thread, operation, () => false);
    else this.return(thread, -operation.others[choice - Number(rung)]! - 1);
  }

  #look(thread: number, { watches }: Operation & { kind: 'turn' }, resumes: (owner: number) => boolean): void {
    let over = 0;
    for (const [bit, watch] of watches.entries()) {
      if (resumes(watch.owner) || isOver(this.words, this.threads, watch)) over |= 1 << bit;
    }
    this.#put(thread, { rung: false });
    if (over !== 0) this.return(thread, over);
  }

  #access(operation: WordOperation): number {
    const before = this.words[operation.index]!;
    const after = wordAfter(operation, before);
    if (after !== before) {
      this.#rules.checkChange(operation.index);
      this.words = this.#changed ??= [...this.words];
      this.#changed[operation.index] = after;
    }
    return operation.kind === 'note' ? after : before;
  }

  #put(thread: number, change: Partial<Standing>): void {
    this.threads[thread] = { ...this.threads[thread]!, ...change };
  }
}
